import type { IndexDefinition } from "../candidates/candidate.ts";
import { keyOf } from "../schema/identifiers.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { ResolvedChoiceOptions } from "./options.ts";

/**
 * The smallest saving for which an index is worth a finding: a share of the workload's time, or a fixed time, whichever is less. One whose
 * keys an index that stands has all, its first among them, only refines what is fast by now: it must save the fixed time, or a workload
 * that was mended would be refined for ever.
 */
export function leastSavingIn(
  { indexes }: Snapshot,
  totalMsPerHour: number,
  { minimumSavedMsPerHour, minimumShareOfWorkload }: ResolvedChoiceOptions,
): (definition: IndexDefinition) => number {
  const standing = new Map<string, (readonly string[])[]>();
  for (const { table, keys, isValid, predicate } of indexes) {
    if (!isValid || predicate !== null) continue;
    const key = keyOf(table);
    standing.set(key, [...(standing.get(key) ?? []), namesOf(keys)]);
  }
  const share = Math.min(minimumSavedMsPerHour, totalMsPerHour * minimumShareOfWorkload);
  return ({ table, keys }) => {
    const names = new Set(namesOf(keys));
    const refines = (standing.get(keyOf(table)) ?? []).some(([first = "", ...rest]) => {
      const known = new Set([first, ...rest]);
      return names.has(first) && [...names].every((name) => known.has(name));
    });
    return refines ? minimumSavedMsPerHour : share;
  };
}

function namesOf(
  keys: readonly { readonly column: string | null; readonly expression: string | null }[],
): readonly string[] {
  return keys.map(({ column, expression }) => column ?? `(${expression ?? ""})`);
}
