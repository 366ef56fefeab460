import type { IndexDefinition } from "../candidates/candidate.ts";
import { keyOf } from "../schema/identifiers.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { Contender } from "./configuration-value.ts";
import type { ResolvedChoiceOptions } from "./options.ts";

/**
 * The smallest saving for which an index is worth a finding: a share of the workload's time, or a fixed time, whichever is less. One whose
 * keys an index that stands has all, its first among them, only refines what is fast by now: it must save the fixed time, or a workload
 * that was mended would be refined for ever. The same holds where it adds the primary key's columns to them: those spare the sorting of the
 * few rows that the standing one finds.
 */
export function leastSavingIn(
  { indexes }: Pick<Snapshot, "indexes">,
  totalMsPerHour: number,
  { minimumSavedMsPerHour, minimumShareOfWorkload }: ResolvedChoiceOptions,
): (definition: IndexDefinition) => number {
  const standing = new Map<string, (readonly string[])[]>();
  const primary = new Map<string, readonly string[]>();
  for (const { table, keys, isValid, isPrimary, predicate } of indexes) {
    if (!isValid || predicate !== null) continue;
    const key = keyOf(table);
    if (isPrimary) primary.set(key, namesOf(keys));
    standing.set(key, [...(standing.get(key) ?? []), namesOf(keys)]);
  }
  const share = Math.min(minimumSavedMsPerHour, totalMsPerHour * minimumShareOfWorkload);
  return ({ table, keys }) => {
    const names = new Set(namesOf(keys));
    const key = keyOf(table);
    const refines = (standing.get(key) ?? []).some(([first = "", ...rest]) => {
      const known = new Set([first, ...rest, ...(primary.get(key) ?? [])]);
      return names.has(first) && [...names].every((name) => known.has(name));
    });
    return refines ? minimumSavedMsPerHour : share;
  };
}

/** Share of the workload that an index must save beside one that serves nearly the same searches. */
const SHARE_BESIDE = 0.005;

/** The smallest saving of an index beside one that serves nearly the same searches: the fixed time, or a share of the workload, whichever is more. */
export function leastSavedBesideIn(
  totalMsPerHour: number,
  { minimumSavedMsPerHour }: ResolvedChoiceOptions,
): number {
  return Math.max(minimumSavedMsPerHour, totalMsPerHour * SHARE_BESIDE);
}

/** The smallest saving for which an index is worth its place beside these others. */
export function leastSavedBeside(one: Contender, others: readonly Contender[]): number {
  const overlaps = others.some((other) => other !== one && isNearlySame(one, other));
  return overlaps ? Math.max(one.leastSavedMs, one.leastSavedBesideMs) : one.leastSavedMs;
}

/** Whether all keys of one are among the other's, that one's first key among them, in whatever order and for whatever part of the rows. */
function isNearlySame(one: Contender, other: Contender): boolean {
  const [own, others] = [one.candidate.definition, other.candidate.definition];
  if (one.table !== other.table || own.method !== others.method) return false;
  const [names, otherNames] = [namesOf(own.keys), namesOf(others.keys)];
  const [fewer, more] =
    names.length <= otherNames.length ? [names, otherNames] : [otherNames, names];
  return fewer.includes(more[0] ?? "") && fewer.every((name) => more.includes(name));
}

function namesOf(
  keys: readonly { readonly column: string | null; readonly expression: string | null }[],
): readonly string[] {
  return keys.map(({ column, expression }) => column ?? `(${expression ?? ""})`);
}
