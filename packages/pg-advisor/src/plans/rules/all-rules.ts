import { bloat } from "./bloat.ts";
import { heapFetches } from "./heap-fetches.ts";
import { hiddenIndex } from "./hidden-index.ts";
import { jit } from "./jit.ts";
import { lockWait } from "./lock-wait.ts";
import { lossyBitmap } from "./lossy-bitmap.ts";
import { materialisedCte } from "./materialised-cte.ts";
import { nestedLoop } from "./nested-loop.ts";
import { offsetWalked } from "./offset-walked.ts";
import { planningTime } from "./planning-time.ts";
import { rowEstimate } from "./row-estimate.ts";
import { rowsFiltered } from "./rows-filtered.ts";
import type { PlanRule } from "./rule.ts";
import { spill } from "./spill.ts";
import { staleStatistics } from "./stale-statistics.ts";
import { subplanPerRow } from "./subplan-per-row.ts";
import { unprunedPartitions } from "./unpruned-partitions.ts";

/** Every rule, in the order in which a person would look. */
export const PLAN_RULES: readonly PlanRule[] = [
  lockWait,
  rowEstimate,
  staleStatistics,
  rowsFiltered,
  hiddenIndex,
  spill,
  nestedLoop,
  subplanPerRow,
  offsetWalked,
  materialisedCte,
  heapFetches,
  lossyBitmap,
  unprunedPartitions,
  bloat,
  jit,
  planningTime,
];
