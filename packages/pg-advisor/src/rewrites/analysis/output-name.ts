import type { Node } from "@pgsql/types";
import { namesOf } from "../../workload/text/sql-nodes.ts";

/** The name that PostgreSQL gives an output column (FigureColname in parse_target.c); null for a star. */
export function outputName(item: Node): string | null {
  if (!("ResTarget" in item)) return null;
  const { name, val } = item.ResTarget;
  if (name !== undefined) return name;
  return val === undefined ? "?column?" : nameOf(val);
}

function nameOf(node: Node): string | null {
  if ("ColumnRef" in node) return namesOf(node.ColumnRef.fields)?.at(-1) ?? null;
  return strongName(node) ?? "?column?";
}

function strongName(node: Node | undefined): string | null {
  if (node === undefined) return null;
  if ("ColumnRef" in node) return namesOf(node.ColumnRef.fields)?.at(-1) ?? null;
  if ("FuncCall" in node) return namesOf(node.FuncCall.funcname)?.at(-1) ?? null;
  if ("TypeCast" in node) {
    return strongName(node.TypeCast.arg) ?? namesOf(node.TypeCast.typeName?.names)?.at(-1) ?? null;
  }
  if ("CollateClause" in node) return strongName(node.CollateClause.arg);
  if ("CaseExpr" in node) return strongName(node.CaseExpr.defresult) ?? "case";
  if ("CoalesceExpr" in node) return "coalesce";
  if ("A_Expr" in node) return node.A_Expr.kind === "AEXPR_NULLIF" ? "nullif" : null;
  if ("MinMaxExpr" in node) return node.MinMaxExpr.op === "IS_LEAST" ? "least" : "greatest";
  if ("A_ArrayExpr" in node) return "array";
  if ("RowExpr" in node) return "row";
  if ("SQLValueFunction" in node) {
    return (node.SQLValueFunction.op ?? "").replace(/^SVFOP_|_N$/g, "").toLowerCase();
  }
  if ("SubLink" in node) return nameOfSublink(node);
  return null;
}

function nameOfSublink(node: Extract<Node, { SubLink: unknown }>): string | null {
  const { subLinkType, subselect } = node.SubLink;
  if (subLinkType === "EXISTS_SUBLINK") return "exists";
  if (subLinkType === "ARRAY_SUBLINK") return "array";
  if (subLinkType !== "EXPR_SUBLINK" || subselect === undefined || !("SelectStmt" in subselect))
    return null;
  const [first] = subselect.SelectStmt.targetList ?? [];
  return first === undefined ? null : outputName(first);
}
