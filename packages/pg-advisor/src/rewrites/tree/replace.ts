import type { Node } from "@pgsql/types";

/**
 * A copy of a tree in which `replace` has had its say for every node, outer before inner; what it
 * returns stands as it is, undefined means to look inside.
 */
export function replaceNodes<Tree>(tree: Tree, replace: (node: Node) => Node | undefined): Tree {
  return replaceIn(tree, replace) as Tree;
}

function replaceIn(value: unknown, replace: (node: Node) => Node | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => replaceIn(item, replace));
  if (typeof value !== "object" || value === null) return value;
  if (isNode(value)) {
    const instead = replace(value);
    if (instead !== undefined) return instead;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, replaceIn(inner, replace)]),
  );
}

/** A node is an object with one field, whose name is the node's kind. */
function isNode(value: object): value is Node {
  const [first, second] = Object.keys(value);
  return first !== undefined && second === undefined && /^[A-Z]/.test(first);
}

/** A copy in which references to one alias are references to another. */
export function renameAliases<Tree>(tree: Tree, names: ReadonlyMap<string, string>): Tree {
  return replaceNodes(tree, (node) => {
    if (!("ColumnRef" in node)) return undefined;
    const [first, ...rest] = node.ColumnRef.fields ?? [];
    if (first === undefined || rest.length === 0 || !("String" in first)) return undefined;
    const name = names.get(first.String.sval ?? "");
    if (name === undefined) return undefined;
    return { ColumnRef: { fields: [{ String: { sval: name } }, ...rest] } };
  });
}
