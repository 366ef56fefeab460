import type { Node } from "@pgsql/types";
import { parameterOf, withoutCasts } from "../text/sql-nodes.ts";
import type { Operand } from "./statement-shape.ts";

/** What a side of a comparison is, below casts. */
export function operandOf(node: Node | undefined): Operand {
  if (node !== undefined && "List" in node) {
    const members = (node.List.items ?? []).map(operandOf);
    const [only, second] = members;
    return only !== undefined && second === undefined ? only : { kind: "list", members };
  }
  const number = parameterOf(node)?.number;
  if (number !== undefined) return { kind: "parameter", number };
  const inner = withoutCasts(node);
  if (inner === undefined || !("A_Const" in inner)) return { kind: "unknown" };
  const { isnull, boolval, sval, ival, fval } = inner.A_Const;
  if (isnull === true) return { kind: "null" };
  if (boolval !== undefined) return { kind: boolval.boolval === true ? "true" : "false" };
  if (sval !== undefined) return { kind: "constant", text: sval.sval ?? "" };
  // The parser leaves out a zero.
  if (ival !== undefined) return { kind: "constant", text: String(ival.ival ?? 0) };
  return fval === undefined ? { kind: "unknown" } : { kind: "constant", text: fval.fval ?? "0" };
}
