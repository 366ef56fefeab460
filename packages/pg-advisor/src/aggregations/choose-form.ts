import type { RelationName, Snapshot } from "../snapshot/snapshot.ts";
import type { SummaryEstimate } from "./advise-summaries.ts";
import type { Aggregation } from "./reading/aggregation.ts";
import type { SummaryForm } from "./summary.ts";
import type { TableWrites } from "./table-writes.ts";
import { whyNotByTrigger } from "./trigger-soundness.ts";

/** How a summary is kept, and what that costs. Estimated. */
export interface WeighedForm {
  readonly form: SummaryForm;
  /** Why triggers do not keep it; null where they do. */
  readonly whyNotByTrigger: string | null;
  readonly upkeepMsPerHour: number;
  /** Rows a group, so that writers of the same group do not wait for one another. */
  readonly slots: number;
  /** Between two refreshes; 0 where triggers keep it. */
  readonly refreshEveryMs: number;
  /** What one refresh takes. */
  readonly refreshMs: number;
}

/** A writing statement fires a trigger, and each of its rows is one more to group and to merge. */
const TRIGGER_MS_A_STATEMENT = 0.08;
const TRIGGER_MS_A_ROW = 0.004;
/** To count a row of the table, and to compare and write one of the summary. */
const REFRESH_MS_A_ROW = 0.0006;
const REFRESH_MS_A_GROUP = 0.004;
/** Upkeep may take this share of what readers gain. */
const MOST_UPKEEP = 0.5;
const MOST_REFRESHING = 0.1;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const REFRESH_STEPS_MS = [1, 5, 15, 30, 60, 180, 360, 720, 1_440].map(
  (minutes) => minutes * MINUTE_MS,
);
/** With so few groups writers would often meet in one. */
const FEW_GROUPS = 64;
const SLOTS = 16;

/** The form whose upkeep leaves most of the gain; triggers where they are sound and not too dear. */
export function chooseForm(
  aggregation: Aggregation,
  estimate: SummaryEstimate,
  snapshot: Snapshot,
  writesTo: (table: RelationName) => TableWrites,
): WeighedForm | { readonly because: string } {
  const { tableRows, summaryRows, isBeyondIndexes } = estimate;
  const savedMsPerHour = isBeyondIndexes ? estimate.savedMsPerHour : estimate.savedAloneMsPerHour;
  const writes = writesTo(aggregation.tables[0].relation);
  const triggerMs = writes.statements * TRIGGER_MS_A_STATEMENT + writes.rows * TRIGGER_MS_A_ROW;
  const unsound = whyNotByTrigger(aggregation, snapshot);
  const isDear = triggerMs > MOST_UPKEEP * savedMsPerHour;
  const refreshMs = tableRows * REFRESH_MS_A_ROW + summaryRows * REFRESH_MS_A_GROUP;
  if (unsound === null && !isDear) {
    return {
      form: "trigger",
      whyNotByTrigger: null,
      upkeepMsPerHour: triggerMs,
      slots: summaryRows <= FEW_GROUPS ? SLOTS : 1,
      refreshEveryMs: 0,
      refreshMs,
    };
  }
  const refreshEveryMs = REFRESH_STEPS_MS.find(
    (everyMs) => refreshMs * (HOUR_MS / everyMs) <= MOST_REFRESHING * savedMsPerHour,
  );
  const dear = `triggers would take ${triggerMs.toFixed(0)} ms an hour from writers, of ${savedMsPerHour.toFixed(0)} that readers gain (estimated)`;
  if (refreshEveryMs === undefined)
    return {
      because: `${unsound ?? dear}; and refreshing it once a day would take more than a tenth of what it saves`,
    };
  return {
    form: "refresh",
    whyNotByTrigger: unsound ?? dear,
    upkeepMsPerHour: refreshMs * (HOUR_MS / refreshEveryMs),
    slots: 1,
    refreshEveryMs,
    refreshMs,
  };
}
