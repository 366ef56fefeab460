import type { WeighedNode } from "../costs/weighed-plan.ts";
import { type ReadTerm, readCondition, type WrappedColumn } from "../expressions/read-condition.ts";
import type { PlanFacts } from "./plan-facts.ts";

/** Types that share their index operators: a cast between them hides nothing (pg_cast, binary-coercible). */
const TEXTS: ReadonlySet<string> = new Set(["text", "varchar", "bpchar", "name", "citext"]);
const SEARCHED: ReadonlySet<string> = new Set(["=", "<", "<=", ">", ">=", "~~", "~~*"]);

/** The first conjunct of a scan's filter in which a cast, function or arithmetic stands between a column and a value. */
export function hiddenTerm(
  { node }: WeighedNode,
  facts: PlanFacts,
): (ReadTerm & { readonly wrapped: WrappedColumn }) | null {
  if (node.filter === null) return null;
  for (const term of readCondition(node.filter)) {
    const { wrapped } = term;
    if (wrapped === null || !term.isAgainstValue || !SEARCHED.has(term.operator ?? "")) continue;
    if (wrapped.by === "cast" && isHarmless(node, wrapped, facts)) continue;
    return { ...term, wrapped };
  }
  return null;
}

/** `varchar` is compared as text without a loss. Where the column's type is not known, a cast to text is taken to be that. */
function isHarmless(
  node: WeighedNode["node"],
  { column, with: type }: WrappedColumn,
  facts: PlanFacts,
): boolean {
  if (!TEXTS.has(type)) return false;
  const own = facts.columnOf(node, column)?.type;
  return own === undefined || /^(?:character varying|text|name|citext)/.test(own);
}
