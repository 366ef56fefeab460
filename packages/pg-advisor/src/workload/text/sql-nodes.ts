import type { ColumnRef, Node, ParamRef, SelectStmt } from "@pgsql/types";

/** The names of a list of String nodes: `{a,b}` of `a.b`; null where something else is among them. */
export function namesOf(nodes: readonly Node[] | undefined): readonly string[] | null {
  const names: string[] = [];
  for (const node of nodes ?? []) {
    if (!("String" in node)) return null;
    names.push(node.String.sval ?? "");
  }
  return names;
}

/** The name of an operator without its schema: `=`. */
export function operatorOf(name: readonly Node[] | undefined): string {
  return namesOf(name)?.at(-1) ?? "";
}

/** The node below all casts and collations. */
export function withoutCasts(node: Node | undefined): Node | undefined {
  let inner = node;
  for (;;) {
    if (inner === undefined) return undefined;
    if ("TypeCast" in inner) inner = inner.TypeCast.arg;
    else if ("CollateClause" in inner) inner = inner.CollateClause.arg;
    else return inner;
  }
}

/** The parameter that a node is, below casts. */
export function parameterOf(node: Node | undefined): ParamRef | undefined {
  const inner = withoutCasts(node);
  return inner !== undefined && "ParamRef" in inner ? inner.ParamRef : undefined;
}

/** The column that a node is, below collations (a cast would hide it from an index). */
export function columnOf(node: Node | undefined): ColumnRef | undefined {
  return node !== undefined && "ColumnRef" in node ? node.ColumnRef : undefined;
}

/** Calls `visit` for every parse node below `value` (and `value` itself); one that is skipped is not descended into. */
export function walkNodes(
  value: unknown,
  visit: (kind: string, fields: Record<string, unknown>) => "skip" | undefined,
): void {
  if (Array.isArray(value)) {
    for (const item of value) walkNodes(item, visit);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  for (const [key, child] of Object.entries(value)) {
    if (typeof child !== "object" || child === null) continue;
    const isNode = key.charCodeAt(0) < 97 && !Array.isArray(child);
    if (isNode && visit(key, child as Record<string, unknown>) === "skip") continue;
    walkNodes(child, visit);
  }
}

/** Conjuncts of a condition: `a and (b and c)` → a, b, c. */
export function conjunctsOf(condition: Node | undefined): readonly Node[] {
  if (condition === undefined) return [];
  if ("BoolExpr" in condition && condition.BoolExpr.boolop === "AND_EXPR") {
    return (condition.BoolExpr.args ?? []).flatMap(conjunctsOf);
  }
  return [condition];
}

/** The arms of a UNION, INTERSECT or EXCEPT; the statement itself where it has none. */
export function armsOf(select: SelectStmt): readonly SelectStmt[] {
  if (select.op === undefined || select.op === "SETOP_NONE") return [select];
  return [select.larg, select.rarg].flatMap((arm) => (arm === undefined ? [] : armsOf(arm)));
}
