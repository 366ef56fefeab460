import type { A_Const, A_Expr, Node } from "@pgsql/types";
import { parseSql } from "../workload/text/parser.ts";
import { namesOf, operatorOf } from "../workload/text/sql-nodes.ts";

/**
 * An expression in one form, however it is written: without casts of literals and of columns to text, which PostgreSQL adds where it
 * prints an index; IN as `= ANY`, LIKE as its operator, AND and OR in alphabetical order. For comparing, not for reading.
 */
export function normalForm(sql: string): string {
  const parsed = parseSql(`select ${sql}`);
  const node = parsed.outcome === "parsed" ? parsed.statements[0]?.node : undefined;
  const target =
    node !== undefined && "SelectStmt" in node ? node.SelectStmt.targetList?.[0] : undefined;
  const value = target !== undefined && "ResTarget" in target ? target.ResTarget.val : undefined;
  return value === undefined ? sql : normalFormOf(value);
}

/** The same of a parse tree. */
export function normalFormOf(node: Node | undefined): string {
  if (node === undefined) return "";
  if ("ColumnRef" in node) return JSON.stringify(namesOf(node.ColumnRef.fields)?.at(-1) ?? "*");
  if ("A_Const" in node) return constant(node.A_Const);
  if ("TypeCast" in node) {
    const { arg, typeName } = node.TypeCast;
    const type = namesOf(typeName?.names)?.at(-1) ?? "";
    const isArray = (typeName?.arrayBounds ?? []).length > 0;
    const isPrinted = arg === undefined || "A_Const" in arg || "A_ArrayExpr" in arg;
    const isOfColumn = arg !== undefined && "ColumnRef" in arg && TEXT_TYPES.has(type) && !isArray;
    return isPrinted || isOfColumn
      ? normalFormOf(arg)
      : `${normalFormOf(arg)}::${type}${isArray ? "[]" : ""}`;
  }
  if ("FuncCall" in node) {
    const name = namesOf(node.FuncCall.funcname)?.at(-1) ?? "";
    return `${name}(${listed(node.FuncCall.args)})`;
  }
  if ("A_Expr" in node) return operation(node.A_Expr);
  if ("A_ArrayExpr" in node) return `[${listed(node.A_ArrayExpr.elements)}]`;
  if ("BoolExpr" in node) {
    const { boolop = "AND_EXPR", args = [] } = node.BoolExpr;
    if (boolop === "NOT_EXPR") return `not ${normalFormOf(args[0])}`;
    const isSame = (arg: Node): boolean =>
      "BoolExpr" in arg && (arg.BoolExpr.boolop ?? "AND_EXPR") === boolop;
    const flat = (arg: Node): readonly Node[] =>
      isSame(arg) && "BoolExpr" in arg ? (arg.BoolExpr.args ?? []).flatMap(flat) : [arg];
    return joined(boolop === "AND_EXPR" ? "and" : "or", args.flatMap(flat).map(normalFormOf));
  }
  if ("NullTest" in node) {
    const test = node.NullTest.nulltesttype === "IS_NULL" ? "null" : "not null";
    return `${normalFormOf(node.NullTest.arg)} is ${test}`;
  }
  if ("BooleanTest" in node) {
    const test = node.BooleanTest.booltesttype ?? "IS_TRUE";
    const inner = normalFormOf(node.BooleanTest.arg);
    if (test === "IS_TRUE") return inner;
    return test === "IS_FALSE" ? `not ${inner}` : `${inner} ${test}`;
  }
  return JSON.stringify(node, (key, value: unknown) => (/location/.test(key) ? undefined : value));
}

const TEXT_TYPES: ReadonlySet<string> = new Set(["text", "varchar", "bpchar"]);

function operation({ kind, name, lexpr, rexpr }: A_Expr): string {
  const operator = operatorOf(name);
  const left = normalFormOf(lexpr);
  if (kind === "AEXPR_BETWEEN" && rexpr !== undefined && "List" in rexpr) {
    const [low, high] = (rexpr.List.items ?? []).map(normalFormOf);
    return joined("and", [`(${left} >= ${low})`, `(${left} <= ${high})`]);
  }
  if (kind === "AEXPR_IN" && rexpr !== undefined && "List" in rexpr) {
    const every = operator === "<>" ? "<> all" : "= any";
    return `(${left} ${every} [${listed(rexpr.List.items)}])`;
  }
  const right = normalFormOf(rexpr);
  if (kind === "AEXPR_OP_ANY") return `(${left} ${operator} any ${right})`;
  if (kind === "AEXPR_OP_ALL") return `(${left} ${operator} all ${right})`;
  if (operator === "=" && right === "'true'") return left;
  if (operator === "=" && right === "'false'") return `not ${left}`;
  return `(${left} ${operator} ${right})`;
}

/** A number and the text of it are the same literal to a column of either type. */
function constant({ isnull, boolval, sval, ival, fval, bsval }: A_Const): string {
  if (isnull === true) return "null";
  if (boolval !== undefined) return `'${boolval.boolval === true}'`;
  if (sval !== undefined) return `'${sval.sval ?? ""}'`;
  if (ival !== undefined) return `'${ival.ival ?? 0}'`;
  return `'${fval?.fval ?? bsval?.bsval ?? ""}'`;
}

function listed(nodes: readonly Node[] | undefined): string {
  return (nodes ?? []).map(normalFormOf).join(", ");
}

function joined(word: "and" | "or", parts: readonly string[]): string {
  return `(${[...new Set(parts)].toSorted().join(` ${word} `)})`;
}
