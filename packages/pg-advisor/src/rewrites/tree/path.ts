/** The way from a tree's root to a part of it. */
export type Path = readonly (string | number)[];

/** A tree with another value at a place; all that is not on the way is shared. */
export function replaceAt<Tree>(tree: Tree, path: Path, value: unknown): Tree {
  return replaceIn(tree, path, 0, value) as Tree;
}

function replaceIn(part: unknown, path: Path, depth: number, value: unknown): unknown {
  const step = path[depth];
  if (step === undefined) return value;
  if (Array.isArray(part)) {
    return part.map((item, index) =>
      index === step ? replaceIn(item, path, depth + 1, value) : item,
    );
  }
  const fields = part as Readonly<Record<string, unknown>>;
  return { ...fields, [step]: replaceIn(fields[step], path, depth + 1, value) };
}
