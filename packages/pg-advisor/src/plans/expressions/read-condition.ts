import type { Node } from "@pgsql/types";
import { parseSql } from "../../workload/text/parser.ts";
import { conjunctsOf, namesOf, operatorOf, walkNodes } from "../../workload/text/sql-nodes.ts";

/** One conjunct of a condition that EXPLAIN printed. */
export interface ReadTerm {
  readonly references: readonly ColumnReference[];
  readonly operator: string | null;
  /** What stands between a column and the comparison, so that a plain index on it cannot be searched. */
  readonly wrapped: WrappedColumn | null;
  /** A pattern that begins with a wildcard. */
  readonly hasLeadingWildcard: boolean;
  /** Whether the other side is a constant or a parameter, not another table's column. */
  readonly isAgainstValue: boolean;
}

/** A column as EXPLAIN prints it: with its table's alias where the statement has several. */
interface ColumnReference {
  readonly table: string | null;
  readonly column: string;
}

export interface WrappedColumn {
  readonly column: string;
  readonly by: "cast" | "function" | "arithmetic";
  /** The type that it is cast to, or the function's name, or the operator. */
  readonly with: string;
}

/** Subplans as EXPLAIN writes them are no SQL. */
const SUBPLANS: readonly (readonly [RegExp, string])[] = [
  [/\bEXISTS\(SubPlan \d+\)/g, "NULL"],
  [
    /\((?:(?:hashed|rescan|alternatives:) )?(?:SubPlan|InitPlan) \d+[^()]*\)(?:\.col\d+)?/g,
    "(NULL)",
  ],
  // `(ANY (a = (hashed SubPlan 1).col1))`: what holds for any row of the subplan.
  [/\((?:ANY|ALL) \(/g, "(NOT ("],
  [/\$0\b/g, "$1"],
];
const LONGEST = 20_000;

/** The conjuncts of a condition as EXPLAIN prints it; none where it is no SQL that can be parsed. */
export function readCondition(text: string): readonly ReadTerm[] {
  if (text.length > LONGEST) return [];
  const sql = SUBPLANS.reduce((sum, [pattern, by]) => sum.replace(pattern, by), text);
  const parsed = parseSql(`select 1 where ${sql}`);
  if (parsed.outcome === "failed") return [];
  const [statement] = parsed.statements;
  if (statement === undefined || !("SelectStmt" in statement.node)) return [];
  return conjunctsOf(statement.node.SelectStmt.whereClause).map(termOf);
}

/** The columns of an expression, such as a sort key, by their last names. */
export function columnsOfCondition(text: string): readonly string[] {
  return uniqueColumns(readCondition(text).flatMap(({ references }) => references));
}

/** The columns of a scan's own table in terms, each once: those of tables that it is joined with are not its own. */
export function ownColumns(
  terms: readonly ReadTerm[],
  { alias, relation }: { readonly alias: string | null; readonly relation: string | null },
): readonly string[] {
  return uniqueColumns(
    terms
      .flatMap(({ references }) => references)
      .filter(({ table }) => table === null || table === alias || table === relation),
  );
}

function uniqueColumns(references: readonly ColumnReference[]): readonly string[] {
  return [...new Set(references.map(({ column }) => column))];
}

function termOf(node: Node): ReadTerm {
  const expression = "A_Expr" in node ? node.A_Expr : null;
  const left = expression?.lexpr;
  const right = expression?.rexpr;
  const hasLeft = referencesIn(left).length > 0;
  const hasRight = referencesIn(right).length > 0;
  const isAgainstValue = hasLeft !== hasRight;
  const operator = expression === null ? null : operatorOf(expression.name);
  return {
    references: referencesIn(node),
    operator,
    wrapped: isAgainstValue ? wrappedIn(hasLeft ? left : right) : null,
    hasLeadingWildcard: operator !== null && /^!?~~\*?$/.test(operator) && /^%/.test(textIn(right)),
    isAgainstValue,
  };
}

function wrappedIn(node: Node | undefined): WrappedColumn | null {
  if (node === undefined || "ColumnRef" in node) return null;
  const column = referencesIn(node)[0]?.column;
  if (column === undefined) return null;
  if ("TypeCast" in node) {
    const inner = wrappedIn(node.TypeCast.arg);
    // `(lower((email)::text))::text`: what is innermost and no mere cast says more.
    if (inner !== null && inner.by !== "cast") return inner;
    const type = namesOf(node.TypeCast.typeName?.names)?.at(-1) ?? "";
    return { column, by: "cast", with: type };
  }
  if ("FuncCall" in node) {
    return { column, by: "function", with: namesOf(node.FuncCall.funcname)?.at(-1) ?? "" };
  }
  if ("CoalesceExpr" in node) return { column, by: "function", with: "coalesce" };
  if ("A_Expr" in node) {
    const operator = operatorOf(node.A_Expr.name);
    // Members of documents and arrays have indexes of their own kind.
    return /^[-+*/]$/.test(operator) ? { column, by: "arithmetic", with: operator } : null;
  }
  return null;
}

function referencesIn(node: Node | undefined): readonly ColumnReference[] {
  const found: ColumnReference[] = [];
  walkNodes(node, (kind, fields) => {
    if (kind !== "ColumnRef") return undefined;
    const names = namesOf((fields as { readonly fields?: readonly Node[] }).fields) ?? [];
    const column = names.at(-1);
    if (column !== undefined) found.push({ table: names.at(-2) ?? null, column });
    return "skip";
  });
  return found;
}

function textIn(node: Node | undefined): string {
  let found = "";
  walkNodes(node, (kind, fields) => {
    if (kind === "A_Const") {
      const { sval } = fields as { readonly sval?: { readonly sval?: string } };
      found = sval?.sval ?? found;
    }
    return undefined;
  });
  return found;
}
