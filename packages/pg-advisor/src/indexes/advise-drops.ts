import type { Advice } from "@streamgate/core";
import { keyOf, qualify } from "../schema/identifiers.ts";
import type { Index, Snapshot } from "../snapshot/snapshot.ts";
import type { Workload } from "../workload/workload.ts";
import { addUpUsage } from "./add-up-usage.ts";
import { dropFinding } from "./drop-finding.ts";
import type { MeasuredBloat } from "./fragmented-indexes.ts";
import type { IndexPortrait } from "./index-portrait.ts";
import type { IndexVerdict } from "./index-verdict.ts";
import type { IndexObservation } from "./observe-indexes.ts";
import type { UsageContext, WatchedIndex } from "./unused-indexes.ts";
import { type WeighDropsInput, weighDrops } from "./weigh-drops.ts";

export interface AdviseDropsInput {
  /** What was seen at the primary; of a replica alone nothing is dropped. */
  readonly observation: IndexObservation;
  /** What was seen at its standbys. */
  readonly replicas?: readonly IndexObservation[];
  /** What was remembered of earlier looks; without it, nothing was watched for longer than the counters tell. */
  readonly watched?: readonly Pick<WatchedIndex, "portrait" | "watchedSinceMs" | "scansSeen">[];
  /** What pgstatindex counted, by the index's address as `["schema","name"]`. */
  readonly measured?: ReadonlyMap<string, MeasuredBloat>;
  readonly workload: Workload;
  readonly snapshot: Snapshot;
  readonly whatIf: WeighDropsInput["whatIf"];
  /** For how long nothing may have scanned an index before it goes, in ms. @default 35 days */
  readonly watchWindowMs?: number;
  /** The same for one that was scanned once. @default 400 days */
  readonly rareWindowMs?: number;
}

export interface DropAdvice extends Advice {
  /** One for every index that was looked at. */
  readonly verdicts: readonly IndexVerdict[];
}

/**
 * Which indexes should go or be mended, as findings `index/invalid`, `index/duplicate`, `index/redundant`, `index/unused` and
 * `index/bloated`, with fixes that can be taken back; and of each index that was weighed and stays, the reason. The whole workload is
 * planned without an index before its drop is advised.
 *
 * @returns the same for the same input
 * @example
 * ```ts
 * import { adviseDrops, observeIndexes, type Snapshot, type Twin, type Workload } from "@streamgate/pg-advisor";
 * const superfluous = async (url: string, snapshot: Snapshot, workload: Workload, whatIf: Twin) => {
 *   const observation = await observeIndexes(url);
 *   const { findings } = await adviseDrops({ observation, snapshot, workload, whatIf });
 *   return findings.map(({ summary }) => summary);
 * };
 * ```
 */
export async function adviseDrops(input: AdviseDropsInput): Promise<DropAdvice> {
  const { workload, snapshot, whatIf, measured } = input;
  const observation = addUpUsage(input.observation, input.replicas ?? []);
  const verdicts = await weighDrops({
    watched: watchedOf(observation, input.watched ?? []),
    usage: usageOf(observation, input),
    workload,
    snapshot,
    whatIf,
    ...(measured === undefined ? {} : { measured }),
  });
  const family = observation.indexes;
  const findings = verdicts.flatMap((verdict) =>
    verdict.action === "keep"
      ? []
      : [dropFinding({ verdict, family, observation, workload, snapshot })],
  );
  const declined = verdicts.flatMap((verdict) => {
    if (verdict.action !== "keep") return [];
    const [weightiest] = verdict.refusals;
    // That an index is used, or a rule of the schema, is no refusal, and of partitions the parent tells.
    if (weightiest === undefined || SELF_EVIDENT.has(weightiest.reason)) return [];
    const explanation = verdict.refusals.map((one) => one.explanation).join("; ");
    return [{ candidate: qualify(verdict.portrait.index), reason: weightiest.reason, explanation }];
  });
  return { findings, declined, verdicts };
}

const SELF_EVIDENT: ReadonlySet<string> = new Set([
  "scanned",
  "partition",
  "primary-key",
  "unique",
  "constraint",
]);

function watchedOf(
  observation: IndexObservation,
  remembered: NonNullable<AdviseDropsInput["watched"]>,
): readonly WatchedIndex[] {
  const known = new Map(remembered.map((one) => [keyOf(one.portrait.index), one]));
  const lastScans = lastScansOf(observation);
  const nowMs = Date.parse(observation.takenAt);
  return observation.indexes.map((portrait) => {
    const key = keyOf(portrait.index);
    const before = known.get(key);
    const isKnown = before !== undefined && isSameIndex(before.portrait.index, portrait.index);
    return {
      portrait,
      watchedSinceMs: isKnown ? before.watchedSinceMs : nowMs,
      scansSeen: isKnown ? before.scansSeen + scansSince(before.portrait, portrait) : 0,
      scansCounted: portrait.index.scans,
      lastScanAtMs: lastScans.get(key) ?? null,
    };
  });
}

/** REINDEX CONCURRENTLY gives an index another number and keeps its counter; one that was dropped and made again begins at 0. */
function isSameIndex(before: Index, now: Index): boolean {
  return (
    before.oid === now.oid || (before.definition === now.definition && now.scans >= before.scans)
  );
}

/** A counter that is smaller than it was began anew. */
function scansSince({ index: before }: IndexPortrait, { index: now }: IndexPortrait): number {
  return now.scans >= before.scans ? now.scans - before.scans : now.scans;
}

/** Of a partitioned index that of its partitions, for it has no counter of its own. */
function lastScansOf({ traits, indexes }: IndexObservation): ReadonlyMap<string, number> {
  const own = new Map(
    traits.flatMap((one): [string, number][] =>
      one.lastScanAt === null ? [] : [[keyOf(one), Date.parse(one.lastScanAt)]],
    ),
  );
  const parents = new Map(
    indexes.flatMap(({ index }): [string, string][] =>
      index.parent === null ? [] : [[keyOf(index), keyOf(index.parent)]],
    ),
  );
  const latest = new Map(own);
  for (const [key, at] of own) {
    for (let above = parents.get(key); above !== undefined; above = parents.get(above))
      latest.set(above, Math.max(at, latest.get(above) ?? 0));
  }
  return latest;
}

function usageOf(observation: IndexObservation, input: AdviseDropsInput): UsageContext {
  const { counting, isReplica, takenAt } = observation;
  return {
    nowMs: Date.parse(takenAt),
    countedSinceMs: counting.countersResetAt === null ? null : Date.parse(counting.countersResetAt),
    isReplica,
    replicas: counting.replicas,
    ...(input.watchWindowMs === undefined ? {} : { watchWindowMs: input.watchWindowMs }),
    ...(input.rareWindowMs === undefined ? {} : { rareWindowMs: input.rareWindowMs }),
  };
}
