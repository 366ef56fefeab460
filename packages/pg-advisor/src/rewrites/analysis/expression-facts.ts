import type { Node } from "@pgsql/types";
import { namesOf } from "../../workload/text/sql-nodes.ts";
import { withoutModifier } from "../catalogue/catalogue.ts";
import { isAggregate } from "../catalogue/known-functions.ts";
import type { Source } from "./level.ts";

interface ExpressionFacts {
  readonly type: string | null;
  readonly isNotNull: boolean;
}

const UNKNOWN: ExpressionFacts = { type: null, isNotNull: false };

/**
 * The type of an expression where it is plain, and whether it is never null.
 *
 * @param isGrouped whether each row stands for a group of at least one row
 */
export function factsOfExpression(
  node: Node,
  sources: readonly Source[],
  isGrouped: boolean,
): ExpressionFacts {
  if ("ColumnRef" in node) return factsOfColumn(node, sources);
  if ("A_Const" in node) return factsOfConstant(node);
  if ("TypeCast" in node) return factsOfCast(node, sources, isGrouped);
  if ("CoalesceExpr" in node) {
    const facts = (node.CoalesceExpr.args ?? []).map((arg) =>
      factsOfExpression(arg, sources, isGrouped),
    );
    return { type: null, isNotNull: facts.some(({ isNotNull }) => isNotNull) };
  }
  if ("FuncCall" in node) return factsOfCall(node, sources, isGrouped);
  return UNKNOWN;
}

function factsOfColumn(
  node: Extract<Node, { ColumnRef: unknown }>,
  sources: readonly Source[],
): ExpressionFacts {
  const [alias, name] = namesOf(node.ColumnRef.fields) ?? [];
  const source = sources.find((one) => one.alias === alias);
  const column = source?.columns.find((one) => one.name === name);
  if (source === undefined || column === undefined) return UNKNOWN;
  return { type: column.type, isNotNull: column.isNotNull && !source.isOuter };
}

function factsOfConstant(node: Extract<Node, { A_Const: unknown }>): ExpressionFacts {
  const { isnull, ival, boolval, fval } = node.A_Const;
  if (isnull === true) return UNKNOWN;
  const type =
    ival !== undefined
      ? "integer"
      : boolval !== undefined
        ? "boolean"
        : fval !== undefined
          ? "numeric"
          : null;
  return { type, isNotNull: true };
}

const SHORT_NAMES: Readonly<Record<string, string>> = {
  int4: "integer",
  int8: "bigint",
  int2: "smallint",
  float8: "double precision",
  float4: "real",
  bool: "boolean",
  varchar: "character varying",
  bpchar: "character",
  timestamptz: "timestamp with time zone",
  timestamp: "timestamp without time zone",
  timetz: "time with time zone",
  time: "time without time zone",
};

/** The type that a cast names, as format_type would write it; null for what is not PostgreSQL's own. */
export function typeOfCast(node: Extract<Node, { TypeCast: unknown }>): string | null {
  const { names, arrayBounds } = node.TypeCast.typeName ?? {};
  const words = namesOf(names) ?? [];
  const name = words.at(-1);
  if (name === undefined || (arrayBounds ?? []).length > 0) return null;
  return withoutModifier(SHORT_NAMES[name] ?? name);
}

function factsOfCast(
  node: Extract<Node, { TypeCast: unknown }>,
  sources: readonly Source[],
  isGrouped: boolean,
): ExpressionFacts {
  const inner = node.TypeCast.arg;
  const isNotNull = inner !== undefined && factsOfExpression(inner, sources, isGrouped).isNotNull;
  return { type: typeOfCast(node), isNotNull };
}

function factsOfCall(
  node: Extract<Node, { FuncCall: unknown }>,
  sources: readonly Source[],
  isGrouped: boolean,
): ExpressionFacts {
  const { funcname, args, agg_filter, over } = node.FuncCall;
  const name = namesOf(funcname)?.at(-1) ?? "";
  if (name === "count" || name === "row_number" || name === "rank" || name === "dense_rank") {
    return { type: "bigint", isNotNull: true };
  }
  const [arg] = args ?? [];
  if (arg === undefined || !isAggregate(name)) return UNKNOWN;
  const inner = factsOfExpression(arg, sources, isGrouped);
  const isNotNull =
    isGrouped &&
    over === undefined &&
    agg_filter === undefined &&
    inner.isNotNull &&
    /^(?:min|max|sum|avg)$/.test(name);
  return { type: /^(?:min|max)$/.test(name) ? inner.type : null, isNotNull };
}
