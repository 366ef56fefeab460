import type { A_Expr, Node, SubLink } from "@pgsql/types";
import { columnOf, conjunctsOf, namesOf, operatorOf } from "../text/sql-nodes.ts";
import { compare, readComparison } from "./read-comparison.ts";
import { joinPlaces } from "./read-from.ts";
import { type Place, resolveColumn, type Scope } from "./scope.ts";
import { addPredicate, type ShapeBuilder } from "./shape-builder.ts";
import type { ColumnPredicate, Operand, PredicateKind, TableUse } from "./statement-shape.ts";

const RANGE_OPERATORS: ReadonlySet<string> = new Set(["<", "<=", ">", ">="]);
/** Operators that other methods than B-trees are searched by, or that a partial index can be about. */
const OTHER_OPERATORS: ReadonlySet<string> = new Set(
  "<> @> <@ && ? ?| ?& @@ @? ~~* ~ ~* % <% << >> <<= >>= -|-".split(" "),
);

/** Notes which columns a condition looks up, column by column, in the tables that own them. */
export function readCondition(
  builder: ShapeBuilder,
  condition: Node | undefined,
  scope: Scope,
): void {
  for (const conjunct of conjunctsOf(condition)) readConjunct(builder, conjunct, scope);
}

function readConjunct(builder: ShapeBuilder, node: Node, scope: Scope): void {
  if ("A_Expr" in node) {
    readExpression(builder, node.A_Expr, scope);
  } else if ("NullTest" in node) {
    const { arg, nulltesttype } = node.NullTest;
    if (nulltesttype === "IS_NULL") addEqual(builder, arg, scope, "is null", { kind: "null" });
    else addPredicate(builder, resolveColumn(columnOf(arg), scope), IS_NOT_NULL);
  } else if ("BooleanTest" in node) {
    const { arg, booltesttype = "IS_TRUE" } = node.BooleanTest;
    const operand = OPERANDS_OF_TESTS[booltesttype] ?? { kind: "unknown" };
    addEqual(builder, arg, scope, "is", operand);
  } else if ("ColumnRef" in node) {
    addEqual(builder, node, scope, "is", { kind: "true" });
  } else if ("SubLink" in node) {
    readMembership(builder, node.SubLink, scope);
  } else if ("BoolExpr" in node) {
    const args = node.BoolExpr.args ?? [];
    if (node.BoolExpr.boolop === "NOT_EXPR")
      addEqual(builder, args[0], scope, "is", { kind: "false" });
    else readArms(builder, args, scope);
  }
}

const IS_NOT_NULL = {
  kind: "other",
  joinedWith: null,
  operator: "is not null",
  operand: { kind: "unknown" },
} as const;
const OPERANDS_OF_TESTS: Readonly<Record<string, Operand>> = {
  IS_TRUE: { kind: "true" },
  IS_FALSE: { kind: "false" },
};

/** A bare boolean column, `not column` and `column is null` compare with one value each. */
function addEqual(
  builder: ShapeBuilder,
  node: Node | undefined,
  scope: Scope,
  operator: string,
  operand: Operand,
): void {
  const places = resolveColumn(columnOf(node), scope);
  addPredicate(builder, places, { kind: "equal", joinedWith: null, operator, operand });
}

/** The arms of an OR serve apart: each needs an index of its own for a bitmap of both. */
function readArms(builder: ShapeBuilder, arms: readonly Node[], scope: Scope): void {
  if (builder.arm !== null) return;
  for (const arm of arms) {
    const found = new Map<TableUse, ColumnPredicate[]>();
    builder.arm = found;
    readCondition(builder, arm, scope);
    builder.arm = null;
    for (const [use, predicates] of found) use.alternatives.push(predicates);
  }
}

function readExpression(builder: ShapeBuilder, expression: A_Expr, scope: Scope): void {
  const operator = operatorOf(expression.name);
  const { lexpr, rexpr } = expression;
  const kind = predicateKindOf(expression, operator);
  if (kind === null) return;
  if (expression.kind === "AEXPR_OP_ANY" && columnOf(rexpr) !== undefined) {
    compare(builder, rexpr, lexpr, scope, { kind: "other", operator: "= any" });
  } else if (expression.kind !== "AEXPR_OP") {
    compare(builder, lexpr, rexpr, scope, { kind, operator });
  } else if (!readRows(builder, expression, scope, kind, operator)) {
    readComparison(builder, lexpr, rexpr, scope, { kind, operator });
  }
}

/** What an expression asks of an index on its column; null where no index can serve it. */
function predicateKindOf({ kind, rexpr }: A_Expr, operator: string): PredicateKind | null {
  if (kind === "AEXPR_LIKE") return operator === "~~" ? "prefix" : null;
  if (kind === "AEXPR_ILIKE") return operator === "~~*" ? "other" : null;
  if (kind === "AEXPR_BETWEEN" || kind === "AEXPR_BETWEEN_SYM") return "range";
  if (kind === "AEXPR_OP" && RANGE_OPERATORS.has(operator)) return "range";
  if (kind === "AEXPR_OP" && operator === "~~") return "prefix";
  if (kind === "AEXPR_OP" && OTHER_OPERATORS.has(operator)) return "other";
  if (operator !== "=") return null;
  if (kind === "AEXPR_OP") return "equal";
  if (kind === "AEXPR_IN") return inKind(rexpr);
  return kind === "AEXPR_OP_ANY" ? "any of" : null;
}

function inKind(list: Node | undefined): PredicateKind {
  const items = list !== undefined && "List" in list ? (list.List.items ?? []) : [];
  return items.length === 1 ? "equal" : "any of";
}

/** `(a, b) = ($1, $2)` column by column; of `(a, b) < ($1, $2)` the first column bounds the range. */
function readRows(
  builder: ShapeBuilder,
  { lexpr, rexpr }: A_Expr,
  scope: Scope,
  kind: PredicateKind,
  operator: string,
): boolean {
  const left = lexpr !== undefined && "RowExpr" in lexpr ? lexpr.RowExpr.args : undefined;
  const right = rexpr !== undefined && "RowExpr" in rexpr ? rexpr.RowExpr.args : undefined;
  if (left === undefined || right === undefined) return false;
  const compared = kind === "equal" ? left : left.slice(0, 1);
  for (const [index, item] of compared.entries()) {
    readComparison(builder, item, right[index], scope, { kind, operator });
  }
  return true;
}

/** `column in (select other …)` joins the two columns. */
function readMembership(builder: ShapeBuilder, link: SubLink, scope: Scope): void {
  if (link.subLinkType !== "ANY_SUBLINK") return;
  if (link.operName !== undefined && operatorOf(link.operName) !== "=") return;
  const inner = [...(builder.subqueryOutputs.get(link) ?? new Map()).values()];
  const test = link.testexpr;
  const tested = test !== undefined && "RowExpr" in test ? (test.RowExpr.args ?? []) : [test];
  tested.forEach((item, index) => {
    const outer = resolveColumn(columnOf(item), scope);
    const below: readonly Place[] = inner[index] ?? [];
    if (outer.length > 0 || below.length > 0) joinPlaces(builder, outer, below);
  });
}

/** The name behind a plain column reference; null for anything else. */
export function plainNameOf(node: Node | undefined): string | null {
  const names = namesOf(columnOf(node)?.fields);
  return names?.length === 1 ? (names[0] ?? null) : null;
}
