import type { SeenPlanChange } from "../../plans/history/plan-changes.ts";
import { formatTimes } from "../../report/wording.ts";
import type { PastComparison } from "./compare-past.ts";

/** Something that happened to the service: a deploy, a fix, a setting. */
export interface NotedChange {
  readonly atMs: number;
  readonly summary: string;
}

/** What may have made a statement slower. */
export interface RegressionCause {
  readonly kind: "plan" | "change" | "rows" | "blocks";
  /** For a person, as the end of a sentence: `its plan changed: …`. */
  readonly words: string;
}

/** When it began, as far as steps of five minutes tell; null: before all that is known. */
export type Beginning = { readonly fromMs: number; readonly toMs: number } | null;

/** A deploy takes a while until all of it runs; plans are looked at every minute, or every five. */
const EARLIER_MS = 20 * 60_000;
const LATER_MS = 10 * 60_000;
const GROWN = 1.5;
const MOST_SENTENCES = 2;

/** What changed beside a statement that became slower, the most telling first. Nearness in time is no proof, and is not called one. */
export function regressionCauses(
  { rowsRatio, blocksRatio }: Pick<PastComparison, "rowsRatio" | "blocksRatio">,
  beginning: Beginning,
  seen: {
    readonly planChanges: readonly SeenPlanChange[];
    readonly changes: readonly NotedChange[];
  },
): readonly RegressionCause[] {
  return [
    ...planCauses(beginning, seen.planChanges),
    ...growth(rowsRatio, blocksRatio),
    ...changeCauses(beginning, seen.changes),
  ];
}

function planCauses(
  beginning: Beginning,
  planChanges: readonly SeenPlanChange[],
): readonly RegressionCause[] {
  const [change] = planChanges.filter(
    ({ notBeforeMs, atMs }) =>
      beginning !== null &&
      notBeforeMs <= beginning.toMs + LATER_MS &&
      atMs >= beginning.fromMs - LATER_MS,
  );
  if (change === undefined) return [];
  const { sentences } = change;
  const said = sentences.slice(0, MOST_SENTENCES).join("; ");
  const more =
    sentences.length > MOST_SENTENCES ? `; and ${sentences.length - MOST_SENTENCES} more` : "";
  return [{ kind: "plan", words: `its plan changed${said === "" ? "" : `: ${said}${more}`}` }];
}

function growth(rowsRatio: number | null, blocksRatio: number | null): readonly RegressionCause[] {
  if (rowsRatio !== null && rowsRatio >= GROWN)
    return [{ kind: "rows", words: `a call returns ${formatTimes(rowsRatio)} as many rows` }];
  if (blocksRatio !== null && blocksRatio >= GROWN)
    return [{ kind: "blocks", words: `a call reads ${formatTimes(blocksRatio)} as many blocks` }];
  return [];
}

function changeCauses(
  beginning: Beginning,
  changes: readonly NotedChange[],
): readonly RegressionCause[] {
  if (beginning === null) return [];
  const near = changes
    .filter(
      ({ atMs }) => atMs >= beginning.fromMs - EARLIER_MS && atMs <= beginning.toMs + LATER_MS,
    )
    .toSorted(
      (one, other) =>
        Math.abs(one.atMs - beginning.fromMs) - Math.abs(other.atMs - beginning.fromMs),
    );
  const [nearest] = near;
  return nearest === undefined
    ? []
    : [{ kind: "change", words: `${nearest.summary} was at about that time` }];
}
