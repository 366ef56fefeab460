import type { A_Expr, FuncCall, Node, SelectStmt } from "@pgsql/types";
import {
  columnOf,
  namesOf,
  operatorOf,
  parameterOf,
  walkNodes,
  withoutCasts,
} from "../text/sql-nodes.ts";
import { resolveColumn, resolveListed, type Scope } from "./scope.ts";
import type { ShapeBuilder } from "./shape-builder.ts";
import type { ColumnAddress, ComparisonOperator, ParameterRole } from "./statement-shape.ts";

const OPERATORS: Readonly<Record<string, ComparisonOperator>> = {
  "=": "=",
  "<>": "<>",
  "<": "<",
  "<=": "<=",
  ">": ">",
  ">=": ">=",
  "~~": "like",
  "~~*": "like",
  "!~~": "like",
  "!~~*": "like",
  "@>": "contains",
  "<@": "contains",
  "&&": "contains",
  "?": "has key",
  "@@": "matches",
};
const MIRRORED: Readonly<Partial<Record<ComparisonOperator, ComparisonOperator>>> = {
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};
/** By function and position: a text that the function accepts where it does not accept every text. */
const ACCEPTED_TEXTS: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  extract: { 0: "epoch" },
  date_part: { 0: "day" },
  date_trunc: { 0: "day", 2: "UTC" },
  // `instant at time zone $1` is parsed into this call.
  timezone: { 0: "UTC" },
  to_char: { 1: "YYYY-MM-DD" },
  to_date: { 1: "YYYY-MM-DD" },
  to_timestamp: { 1: "YYYY-MM-DD" },
  to_number: { 1: "999999" },
  encode: { 1: "hex" },
  decode: { 1: "hex" },
  digest: { 1: "sha256" },
};
/** With a configuration before the text, which may also stand alone. */
const TEXT_SEARCH: ReadonlySet<string> = new Set([
  "to_tsvector",
  "to_tsquery",
  "plainto_tsquery",
  "phraseto_tsquery",
  "websearch_to_tsquery",
]);

/** Notes what the parameters of one query level are compared with; subqueries note their own. */
export function readParameters(builder: ShapeBuilder, level: unknown, scope: Scope): void {
  walkNodes(level, (kind, fields) => {
    if (kind === "SubLink" || kind === "RangeSubselect" || kind === "CommonTableExpr") {
      if (kind === "SubLink") readParameters(builder, fields.testexpr, scope);
      return "skip";
    }
    if (kind === "A_Expr") readExpression(builder, fields as A_Expr, scope);
    if (kind === "FuncCall") readCall(builder, fields as FuncCall);
    return undefined;
  });
}

/** LIMIT and OFFSET of a SELECT. */
export function readLimits(builder: ShapeBuilder, select: SelectStmt): void {
  setRole(builder, select.limitCount, { kind: "limit" });
  setRole(builder, select.limitOffset, { kind: "offset" });
}

/** `column = $n` of SET and VALUES. */
export function readWritten(
  builder: ShapeBuilder,
  value: Node | undefined,
  column: ColumnAddress,
): void {
  setRole(builder, value, { kind: "written", column });
}

function readExpression(builder: ShapeBuilder, expression: A_Expr, scope: Scope): void {
  const { lexpr, rexpr, kind } = expression;
  const operator = OPERATORS[operatorOf(expression.name)];
  if (kind === "AEXPR_OP_ANY" || kind === "AEXPR_OP_ALL") {
    compared(builder, lexpr, rexpr, "any", scope);
    compared(builder, rexpr, lexpr, "has key", scope);
    for (const element of elementsOf(rexpr)) compared(builder, lexpr, element, "=", scope);
    return;
  }
  if (kind === "AEXPR_BETWEEN" || kind === "AEXPR_NOT_BETWEEN" || kind === "AEXPR_BETWEEN_SYM") {
    const [low, high] = itemsOf(rexpr);
    compared(builder, lexpr, low, ">=", scope);
    compared(builder, lexpr, high, "<=", scope);
    return;
  }
  if (kind === "AEXPR_IN") {
    for (const item of itemsOf(rexpr)) compared(builder, lexpr, item, "=", scope);
    return;
  }
  if (operator === undefined) return;
  if (operator === "contains") {
    for (const element of elementsOf(rexpr)) compared(builder, lexpr, element, "has key", scope);
  }
  if (operator === "matches") {
    compared(builder, searchedText(lexpr), wordsOf(rexpr), operator, scope);
    return;
  }
  const lefts = rowOf(lexpr);
  const rights = rowOf(rexpr);
  lefts.forEach((left, index) => {
    compared(builder, left, rights[index], operator, scope);
    compared(builder, rights[index], left, MIRRORED[operator] ?? operator, scope);
    for (const value of resolveListed(columnOf(rights[index]), scope))
      compared(builder, left, value, operator, scope);
    for (const value of resolveListed(columnOf(left), scope))
      compared(builder, rights[index], value, MIRRORED[operator] ?? operator, scope);
  });
}

function readCall(builder: ShapeBuilder, call: FuncCall): void {
  const name = namesOf(call.funcname)?.at(-1) ?? "";
  const accepted =
    TEXT_SEARCH.has(name) && call.args?.length === 2 ? { 0: "simple" } : ACCEPTED_TEXTS[name];
  for (const [position, text] of Object.entries(accepted ?? {})) {
    setRole(builder, call.args?.[Number(position)], { kind: "accepted text", text });
  }
}

function compared(
  builder: ShapeBuilder,
  column: Node | undefined,
  value: Node | undefined,
  operator: ComparisonOperator,
  scope: Scope,
): void {
  if (parameterOf(value) === undefined) return;
  const [place] = resolveColumn(columnBelow(column), scope);
  if (place === undefined) return;
  const { schema, name } = place.use.relation;
  const address = { relation: { schema, name }, column: place.column };
  setRole(builder, value, { kind: "compared", column: address, operator });
}

/** Functions whose result looks like the column, with the argument that is it. */
const LIKE_THEIR_ARGUMENT: Readonly<Record<string, number>> = {
  lower: 0,
  upper: 0,
  trim: 0,
  btrim: 0,
  date: 0,
  date_trunc: 1,
};

/** The column inside casts and functions such as `lower(email)`: its values are the likely ones. */
function columnBelow(
  node: Node | undefined,
): Extract<Node, { ColumnRef: unknown }>["ColumnRef"] | undefined {
  const inner = withoutCasts(node);
  if (inner === undefined) return undefined;
  if ("ColumnRef" in inner) return inner.ColumnRef;
  if ("CoalesceExpr" in inner) return columnBelow(inner.CoalesceExpr.args?.[0]);
  if (!("FuncCall" in inner)) return undefined;
  const position = LIKE_THEIR_ARGUMENT[namesOf(inner.FuncCall.funcname)?.at(-1) ?? ""];
  return position === undefined ? undefined : columnBelow(inner.FuncCall.args?.[position]);
}

/** `to_tsvector('english', body)` → body. */
function searchedText(node: Node | undefined): Node | undefined {
  return node !== undefined && "FuncCall" in node ? node.FuncCall.args?.at(-1) : node;
}

/** The parameter of `to_tsquery('english', $1)`, or one that is the query itself. */
function wordsOf(node: Node | undefined): Node | undefined {
  const inner = withoutCasts(node);
  return inner !== undefined && "FuncCall" in inner ? inner.FuncCall.args?.at(-1) : inner;
}

function itemsOf(node: Node | undefined): readonly Node[] {
  return node !== undefined && "List" in node ? (node.List.items ?? []) : [];
}

/** Of `array[$1, $2]`. */
function elementsOf(node: Node | undefined): readonly Node[] {
  const inner = withoutCasts(node);
  return inner !== undefined && "A_ArrayExpr" in inner ? (inner.A_ArrayExpr.elements ?? []) : [];
}

function rowOf(node: Node | undefined): readonly (Node | undefined)[] {
  return node !== undefined && "RowExpr" in node ? (node.RowExpr.args ?? []) : [node];
}

/** The first role wins, but a comparison tells more than anything else. */
function setRole(builder: ShapeBuilder, value: Node | undefined, role: ParameterRole): void {
  const number = parameterOf(value)?.number;
  if (number === undefined) return;
  const known = builder.parameters.get(number);
  if (known === undefined || (known.kind !== "compared" && role.kind === "compared")) {
    builder.parameters.set(number, role);
  }
}
