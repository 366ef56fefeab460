import type { LookUpLoop, ResultComparison } from "@streamgate/core";
import type { LabSession, TextRow } from "../proof/session.ts";
import { formatArrayText, parseArrayText } from "../snapshot/array-text.ts";
import { nodeOf } from "../workload/parse-statement.ts";
import { compareRows, projected, rowsOf, TOO_MUCH } from "./named-rows.ts";
import { parametersInOrder } from "./parameters-in-order.ts";
import type { NoTrial, TrialPlan } from "./trial-plan.ts";

type Values = readonly (string | null)[];

/** Beyond this more look-ups only take longer to measure. */
export const MOST_LOOK_UPS = 100;
const LEAST_LOOK_UPS = 2;

/**
 * Look-ups one by one against one statement for all their keys. A key that finds nothing has no row in a statement that counts by key: of such a
 * look-up a row of zeros and nulls may be missing.
 *
 * @param samples sets of values, as many as there are look-ups in a request where so many keys are there
 */
export async function planLoopTrials(
  session: LabSession,
  original: string,
  replacement: string,
  { keys, calls, places: placeCount }: LookUpLoop,
  samples: readonly Values[],
): Promise<TrialPlan | NoTrial> {
  const places = parametersInOrder(original);
  const numbers = keys.map(({ place }) => places[place]);
  const [first] = samples;
  if (places.length !== placeCount) return { because: "its places for values are other ones" };
  if (first === undefined || numbers.length === 0 || numbers.includes(undefined)) {
    return { because: "the place of its keys was not found" };
  }
  const isKey = (index: number): boolean => numbers.includes(index + 1);
  const keysOf = (values: Values): Values => values.filter((_, index) => isKey(index));
  // A null equals nothing, and would shift the arrays against each other.
  const sets = distinctBy(
    samples.filter((values) => !keysOf(values).includes(null)),
    keysOf,
  )
    .slice(0, Math.min(calls, MOST_LOOK_UPS))
    .map((values) => values.map((value, index) => (isKey(index) ? value : (first[index] ?? null))));
  if (sets.length < LEAST_LOOK_UPS) return { because: "the lab has no two keys to look up" };
  const together = first.map((value, index) => {
    const key = keys[numbers.indexOf(index + 1)];
    if (key === undefined) return value;
    const values = sets.map((set) => set[index] ?? "");
    return formatArrayText(
      key.isList ? [...new Set(values.flatMap((list) => parseArrayText(list)))] : values,
    );
  });
  const trial = {
    before: sets.map((values) => ({ text: original, values })),
    after: [{ text: replacement, values: together }],
  };
  const before = await rowsOf(session, trial.before);
  const after = await rowsOf(session, trial.after);
  if (before.isCut || after.isCut) return TOO_MUCH;
  const found = projected(after, before.columns);
  if (found === null) return { because: "two of its columns have one name" };
  return {
    trials: [trial],
    results: isGroupedByKey(original, replacement)
      ? compareCounts(before.rows, found)
      : compareRows(before.rows, found, false),
    about: `${sets.length} look-ups one by one against one for all of them, timed on the server's own machine: each look-up that is spared spares its way over the network too.`,
  };
}

/** One row a look-up became one row a key that has any. */
function isGroupedByKey(original: string, replacement: string): boolean {
  return !isGrouped(original) && isGrouped(replacement);
}

function isGrouped(text: string): boolean {
  const node = nodeOf(text);
  return node !== undefined && "SelectStmt" in node && node.SelectStmt.groupClause !== undefined;
}

/** Rows that only a look-up without a match brings count for nothing. */
function compareCounts(before: readonly TextRow[], after: readonly TextRow[]): ResultComparison {
  return compareRows(before.filter(hasContent), after.filter(hasContent), false);
}

function hasContent(row: TextRow): boolean {
  return row.some((field) => field !== null && field !== "0");
}

function distinctBy<Item>(items: readonly Item[], keyOf: (item: Item) => unknown): readonly Item[] {
  const byKey = new Map<string, Item>();
  for (const item of items) {
    const key = JSON.stringify(keyOf(item));
    if (!byKey.has(key)) byKey.set(key, item);
  }
  return [...byKey.values()];
}
