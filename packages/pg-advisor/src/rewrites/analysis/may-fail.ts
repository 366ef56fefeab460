import type { A_Expr, FuncCall, Node, TypeCast } from "@pgsql/types";
import { operatorOf, walkNodes } from "../../workload/text/sql-nodes.ts";
import { factsOfExpression } from "./expression-facts.ts";
import { aliasesIn, isConstant, nameOfCall } from "./expressions.ts";
import type { Source } from "./level.ts";

/** Comparisons, patterns and concatenation fail for no value. */
const SAFE_OPERATORS = new Set(
  "= <> != < > <= >= ~~ !~~ ~~* !~~* || @> <@ && -> ->> #> #>> ?".split(" "),
);
const FALLIBLE_FUNCTIONS =
  /^(?:sqrt|ln|log|to_|power|exp|substr|substring|mod|div|int|numeric|abs|date|make_|age)/;

/**
 * Whether computing it may fail for some values: a division by zero, an integer that overflows, a text that is no number. Such a thing must
 * not be computed for rows that the original never looks at.
 */
export function mayFail(part: unknown, sources: ReadonlyMap<string, Source>): boolean {
  const all = [...sources.values()];
  let isFallible = false;
  walkNodes(part, (kind, fields) => {
    // What names no column is computed once, and fails in both statements or in neither.
    if (/^(?:A_Expr|TypeCast|FuncCall)$/.test(kind) && aliasesIn(fields).size === 0) return "skip";
    if (kind === "A_Expr") isFallible ||= isFallibleOperation(fields as A_Expr, all);
    if (kind === "TypeCast") isFallible ||= !isConstant((fields as TypeCast).arg);
    if (kind === "FuncCall") isFallible ||= FALLIBLE_FUNCTIONS.test(nameOfCall(fields as FuncCall));
    return isFallible ? "skip" : undefined;
  });
  return isFallible;
}

function isFallibleOperation(operation: A_Expr, sources: readonly Source[]): boolean {
  if (operation.kind !== "AEXPR_OP") return false;
  const operator = operatorOf(operation.name);
  if (SAFE_OPERATORS.has(operator)) return false;
  // Numbers of any length have no bounds that a sum or a product would reach.
  const isOfNumerics = [operation.lexpr, operation.rexpr].some((side) => isNumeric(side, sources));
  return !(/^[-+*]$/.test(operator) && isOfNumerics);
}

function isNumeric(node: Node | undefined, sources: readonly Source[]): boolean {
  if (node === undefined) return false;
  if ("A_Expr" in node && /^[-+*]$/.test(operatorOf(node.A_Expr.name))) {
    return isNumeric(node.A_Expr.lexpr, sources) || isNumeric(node.A_Expr.rexpr, sources);
  }
  return factsOfExpression(node, sources, false).type === "numeric";
}
