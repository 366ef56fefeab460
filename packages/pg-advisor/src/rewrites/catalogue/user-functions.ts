import type { Snapshot } from "../../snapshot/snapshot.ts";

/** By name: `stable` where every function of that name is STABLE or IMMUTABLE and only reads. */
export function userFunctionsOf(snapshot: Snapshot): ReadonlyMap<string, "stable" | "volatile"> {
  const functions = new Map<string, "stable" | "volatile">();
  for (const { name, definition } of snapshot.functions) {
    const head = definition.slice(0, definition.search(/\bAS\s|\bRETURN\b|\bBEGIN ATOMIC\b/));
    const isStable = /\b(?:IMMUTABLE|STABLE)\b/.test(head) && functions.get(name) !== "volatile";
    functions.set(name, isStable ? "stable" : "volatile");
  }
  return functions;
}
