import type { FuncCall, Node } from "@pgsql/types";
import { isConstant, nameOfCall } from "../../rewrites/analysis/expressions.ts";
import { call, cast, conjunction, nullTest } from "../../rewrites/tree/build.ts";

/** An aggregate over a CASE on parameters, as aggregates that a condition on keys chooses rows for. */
export type SplitCase =
  /** `count(case when c then 1 end)` → `count(*) filter (where c)` */
  | { readonly kind: "filtered"; readonly call: FuncCall }
  /** `sum(case when c then v else 0 end)`: those that the condition chooses, and the others, which all bring the same. */
  | {
      readonly kind: "with others";
      readonly chosen: FuncCall;
      readonly chosenCount: FuncCall;
      readonly otherCount: FuncCall;
      /** What each of the others brings: a constant or a parameter. */
      readonly other: Node;
    };

/** Null for an aggregate over anything else, or over a CASE without parameters, which is the same for a row for ever. */
export function splitCase(aggregate: FuncCall): SplitCase | null {
  const [argument, more] = aggregate.args ?? [];
  if (argument === undefined || more !== undefined || !("CaseExpr" in argument)) return null;
  if (!JSON.stringify(argument).includes('"ParamRef"')) return null;
  const { arg, args, defresult } = argument.CaseExpr;
  const [only, another] = args ?? [];
  if (arg !== undefined || another !== undefined || only === undefined || !("CaseWhen" in only))
    return null;
  const { expr: condition, result } = only.CaseWhen;
  if (condition === undefined || result === undefined) return null;
  const name = nameOfCall(aggregate);
  const isOthersNull = defresult === undefined || isNull(defresult);
  if (name === "count" && isConstant(result) && isOthersNull)
    return { kind: "filtered", call: filtered(aggregate, [], [condition, isGiven(result)]) };
  if (isOthersNull)
    return { kind: "filtered", call: filtered(aggregate, [result], [condition], name) };
  if (name !== "sum" || !isConstant(defresult)) return null;
  return {
    kind: "with others",
    chosen: filtered(aggregate, [result], [condition], "sum"),
    chosenCount: filtered(aggregate, [result], [condition]),
    otherCount: filtered(
      aggregate,
      [],
      [{ BooleanTest: { arg: condition, booltesttype: "IS_NOT_TRUE" } }],
    ),
    other: defresult,
  };
}

function filtered(
  { agg_filter }: FuncCall,
  args: readonly Node[],
  conditions: readonly Node[],
  name = "count",
): FuncCall {
  const made = call(name, args);
  const filter = conjunction([...(agg_filter === undefined ? [] : [agg_filter]), ...conditions]);
  const plain = "FuncCall" in made ? made.FuncCall : {};
  return {
    ...plain,
    ...(args.length === 0 ? { agg_star: true } : {}),
    ...(filter === undefined ? {} : { agg_filter: filter }),
  };
}

/** A parameter of which nothing else tells the type is a text. */
function isGiven(value: Node): Node {
  return nullTest("ParamRef" in value ? cast(value, "text") : value, false);
}

function isNull(node: Node): boolean {
  return "A_Const" in node && node.A_Const.isnull === true;
}
