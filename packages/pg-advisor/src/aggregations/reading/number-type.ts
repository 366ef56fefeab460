import type { Node } from "@pgsql/types";
import { factsOfExpression } from "../../rewrites/analysis/expression-facts.ts";
import type { Source } from "../../rewrites/analysis/level.ts";
import { operatorOf } from "../../workload/text/sql-nodes.ts";

/** Numbers as sums treat them. Of numerics, whether all have as many digits behind the point. */
export type NumberType =
  | "integer"
  | "bigint"
  | "numeric of one scale"
  | "numeric"
  | "float"
  | "other";

const BY_NAME: Readonly<Record<string, NumberType>> = {
  smallint: "integer",
  integer: "integer",
  bigint: "bigint",
  numeric: "numeric",
  real: "float",
  "double precision": "float",
};

/** What a sum of an expression is made of, as far as its tree tells. */
export function numberTypeOf(node: Node, source: Source): NumberType {
  if ("ColumnRef" in node) return ofColumn(node, source);
  if ("A_Const" in node) {
    if (node.A_Const.ival !== undefined) return "integer";
    return node.A_Const.fval === undefined ? "other" : "numeric";
  }
  if ("A_Expr" in node) return ofOperation(node, source);
  if ("CoalesceExpr" in node) return widestOf(node.CoalesceExpr.args ?? [], source);
  if ("CaseExpr" in node) {
    const results = (node.CaseExpr.args ?? []).flatMap((when) =>
      "CaseWhen" in when ? [when.CaseWhen.result] : [],
    );
    return widestOf([...results, node.CaseExpr.defresult].filter(isNode), source);
  }
  return BY_NAME[factsOfExpression(node, [source], true).type ?? ""] ?? "other";
}

function ofColumn(node: Extract<Node, { ColumnRef: unknown }>, source: Source): NumberType {
  const type = BY_NAME[factsOfExpression(node, [source], true).type ?? ""] ?? "other";
  if (type !== "numeric") return type;
  const last = node.ColumnRef.fields?.at(-1);
  const name = last !== undefined && "String" in last ? last.String.sval : undefined;
  const column = source.table?.relation.columns.find((one) => one.name === name);
  return /^numeric\(\d+(?:,-?\d+)?\)$/.test(column?.type.replaceAll(" ", "") ?? "")
    ? "numeric of one scale"
    : "numeric";
}

function ofOperation(
  { A_Expr: { kind, name, lexpr, rexpr } }: Extract<Node, { A_Expr: unknown }>,
  source: Source,
): NumberType {
  if (kind !== "AEXPR_OP" || !/^[-+*]$/.test(operatorOf(name))) return "other";
  const type = widestOf([lexpr, rexpr].filter(isNode), source);
  // The digits of a product are those of both: the same in all rows where both are of one scale.
  return type;
}

function widestOf(nodes: readonly Node[], source: Source): NumberType {
  const order: readonly NumberType[] = [
    "integer",
    "bigint",
    "numeric of one scale",
    "numeric",
    "float",
    "other",
  ];
  const places = nodes.map((node) => order.indexOf(numberTypeOf(node, source)));
  return order[Math.max(...places)] ?? "other";
}

function isNode(node: Node | undefined): node is Node {
  return node !== undefined;
}
