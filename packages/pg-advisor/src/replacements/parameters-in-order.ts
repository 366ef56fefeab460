import { visitNodes } from "../proof/syntax-tree.ts";
import { nodeOf } from "../workload/parse-statement.ts";

/** The number of the parameter at each place of a statement where a value stands, in the order of its text. */
export function parametersInOrder(text: string): readonly number[] {
  const node = nodeOf(text);
  if (node === undefined) return [];
  const places: { readonly at: number; readonly number: number }[] = [];
  visitNodes(node, (tag, fields) => {
    if (tag !== "ParamRef" || typeof fields.number !== "number") return;
    places.push({
      at: typeof fields.location === "number" ? fields.location : 0,
      number: fields.number,
    });
  });
  return places.sort((one, other) => one.at - other.at).map(({ number }) => number);
}
