import type { IndexCase } from "@streamgate/contract";
import {
  bloatOf,
  type Cover,
  dropIndexSql,
  findDuplicateIndexes,
  findUnusedIndexes,
  type IndexPortrait,
  isWorthRebuilding,
  qualify,
  rebuildIndexSql,
} from "@streamgate/pg-advisor";
import { estimated, measured } from "../figures/figure.ts";
import { addressOf } from "./advance-readings.ts";
import {
  countedSinceMs,
  type IndexReading,
  type IndexWatch,
  type WatchedIndexes,
} from "./index-reading.ts";
import { indexSummary } from "./index-views.ts";

/** Indexes that nothing was seen to use, with what speaks against dropping them. */
export function unusedCases(
  { watch, readings }: WatchedIndexes,
  nowMs: number,
): readonly IndexCase[] {
  const byAddress = readingsByAddress(readings);
  const partitioned = partitionedIndexes(readings);
  const { unused } = findUnusedIndexes(
    readings.map(({ portrait, watchedSinceMs, seen, counted }) => ({
      portrait,
      watchedSinceMs,
      scansSeen: seen.scans,
      scansCounted: counted.scans,
    })),
    // What came after the last look was not seen.
    {
      nowMs: watch.readAtMs,
      countedSinceMs: countedSinceMs(watch),
      isReplica: watch.isReplica,
      replicas: watch.replicas,
    },
  );
  return unused.flatMap(({ watched, reason, caveats, isSure }) => {
    const { index } = watched.portrait;
    const reading = byAddress.get(addressOf(index));
    if (reading === undefined) return [];
    return [
      caseOf(
        reading,
        { watch, nowMs },
        {
          reason,
          caveats,
          sql: isSure ? dropIndexSql(index, partitioned.has(addressOf(index))) : "",
        },
      ),
    ];
  });
}

/** Indexes that another one, which stays, makes superfluous. */
export function duplicateCases(
  { watch, readings }: WatchedIndexes,
  nowMs: number,
): readonly IndexCase[] {
  const byAddress = readingsByAddress(readings);
  const partitioned = partitionedIndexes(readings);
  const duplicates = findDuplicateIndexes(readings.map(({ portrait }) => portrait));
  return duplicates.flatMap(({ superfluous, kept, cover, caveats }) => {
    const reading = byAddress.get(addressOf(superfluous.index));
    const other = byAddress.get(addressOf(kept.index));
    if (reading === undefined || other === undefined) return [];
    const onReplica = watch.isReplica ? ["this is a replica: the primary alone can drop it"] : [];
    return [
      {
        ...caseOf(
          reading,
          { watch, nowMs },
          {
            reason: reasonOf(cover, kept),
            caveats: [...onReplica, ...caveats],
            sql: dropIndexSql(superfluous.index, partitioned.has(addressOf(superfluous.index))),
          },
        ),
        other: indexSummary(other, nowMs),
      },
    ];
  });
}

/** Indexes that are much larger than their content, and those that a build left behind invalid. */
export function fragmentedCases(
  { watch, readings }: WatchedIndexes,
  nowMs: number,
): readonly IndexCase[] {
  const caveats = watch.isReplica ? ["this is a replica: the primary alone can rebuild it"] : [];
  const partitioned = partitionedIndexes(readings);
  return readings.flatMap((reading) => {
    const { index } = reading.portrait;
    if (!index.isValid) return invalidCase(reading, partitioned, { watch, nowMs });
    const bloat = bloatOf(reading.portrait, reading.measured, nowMs);
    if (bloat === null || !isWorthRebuilding(bloat.share, index.sizeBytes)) return [];
    const percent = Math.round(bloat.share * 100);
    const by = bloat.rung === "measured" ? "pgstatindex counted" : "by the planner's statistics";
    return [
      {
        ...caseOf(
          reading,
          { watch, nowMs },
          {
            reason: `${percent} % of it would be free after a rebuild (${by})`,
            caveats: [...caveats, "a rebuild needs room for the new index beside the old one"],
            sql: rebuildIndexSql(index),
          },
        ),
        freed: { value: bloat.share * index.sizeBytes, unit: "bytes", rung: bloat.rung },
      },
    ];
  });
}

/** An invalid index serves no search and is kept up to date all the same. That of a partitioned table only lacks a partition. */
function invalidCase(
  reading: IndexReading,
  partitioned: ReadonlySet<string>,
  at: Moment,
): readonly IndexCase[] {
  const { portrait } = reading;
  const { index, duties } = portrait;
  if (index.parent !== null || partitioned.has(addressOf(index))) return [];
  const isLeftover = /_ccnew\d*$|_ccold\d*$/.test(index.name);
  const mustStay = duties.some(({ kind }) => kind !== "unique" && kind !== "foreign key");
  return [
    caseOf(reading, at, {
      reason: isLeftover
        ? "it is invalid: what a REINDEX CONCURRENTLY that did not end well left behind"
        : "it is invalid: a CREATE INDEX CONCURRENTLY did not end well, or goes on at this moment",
      caveats: ["where a build goes on at this moment, it becomes valid by itself"],
      sql: isLeftover && !mustStay ? dropIndexSql(index, false) : rebuildIndexSql(index),
    }),
  ];
}

/** When it is, and when the indexes were looked at. */
interface Moment {
  readonly watch: IndexWatch;
  readonly nowMs: number;
}

function caseOf(
  reading: IndexReading,
  { watch, nowMs }: Moment,
  parts: Pick<IndexCase, "reason" | "caveats" | "sql">,
): IndexCase {
  return {
    index: indexSummary(reading, nowMs),
    ...parts,
    freed: measured(reading.portrait.index.sizeBytes, "bytes"),
    writesSaved: estimated(writesPerHour(reading, watch.readAtMs), "per hour"),
    other: null,
    watchedSince: new Date(reading.watchedSinceMs).toISOString(),
  };
}

const LEAST_WATCHED_MS = 60_000;

/** Rows of the table that were written in an hour; at most so often an entry of the index was. */
function writesPerHour({ seen, watchedSinceMs }: IndexReading, readAtMs: number): number | null {
  const watchedMs = readAtMs - watchedSinceMs;
  return watchedMs < LEAST_WATCHED_MS ? null : (seen.tableWrites * 3_600_000) / watchedMs;
}

function reasonOf(cover: Cover, { index }: IndexPortrait): string {
  const other = qualify(index);
  switch (cover) {
    case "same":
      return `${other} is the same but for its name`;
    case "prefix":
      return `its keys lead those of ${other}, which serves the same searches`;
    case "more":
      return `${other} has the same keys and does more besides`;
  }
}

/** Addresses of the indexes that hold together those of partitions. */
function partitionedIndexes(readings: readonly IndexReading[]): ReadonlySet<string> {
  return new Set(
    readings.flatMap(({ portrait: { index } }) =>
      index.parent === null ? [] : [addressOf(index.parent)],
    ),
  );
}

function readingsByAddress(readings: readonly IndexReading[]): ReadonlyMap<string, IndexReading> {
  return new Map(readings.map((one) => [addressOf(one.portrait.index), one]));
}
