import type { IndexCase, KeptIndex } from "@streamgate/contract";
import type { Declined } from "@streamgate/core";
import {
  bloatOf,
  type Cover,
  dropIndexSql,
  findDuplicateIndexes,
  findNoDuplicates,
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
import { indexSummary, writesPerHour } from "./index-views.ts";

/** Cases, and what looks like one and is none. */
export interface FoundCases {
  readonly cases: readonly IndexCase[];
  readonly refused: readonly KeptIndex[];
}

/** Indexes that nothing was seen to use, with what speaks against dropping them. */
export function unusedCases({ watch, readings }: WatchedIndexes, nowMs: number): FoundCases {
  const byAddress = readingsByAddress(readings);
  const partitioned = partitionedIndexes(readings);
  const { unused, declined } = findUnusedIndexes(
    readings.map(({ portrait, watchedSinceMs, seen, counted, lastScanAtMs }) => ({
      portrait,
      watchedSinceMs,
      scansSeen: seen.scans,
      scansCounted: counted.scans,
      lastScanAtMs,
    })),
    // What came after the last look was not seen.
    {
      nowMs: watch.readAtMs,
      countedSinceMs: countedSinceMs(watch),
      isReplica: watch.isReplica,
      replicas: watch.replicas,
    },
  );
  const cases = unused.flatMap(({ watched, reason, caveats, isSure, doubt }) => {
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
          refusal: doubt,
        },
      ),
    ];
  });
  return { cases, refused: keptIndexes(declined, readings, nowMs) };
}

function keptIndexes(
  declined: readonly Declined[],
  readings: readonly IndexReading[],
  nowMs: number,
): readonly KeptIndex[] {
  const byName = new Map(readings.map((one) => [qualify(one.portrait.index), one]));
  return declined.flatMap(({ candidate, reason, explanation }) => {
    const reading = byName.get(candidate);
    if (reading === undefined) return [];
    return [{ index: indexSummary(reading, nowMs), reason, explanation }];
  });
}

/** Indexes that another one, which stays, makes superfluous. */
export function duplicateCases({ watch, readings }: WatchedIndexes, nowMs: number): FoundCases {
  const byAddress = readingsByAddress(readings);
  const partitioned = partitionedIndexes(readings);
  const duplicates = findDuplicateIndexes(readings.map(({ portrait }) => portrait));
  const cases = duplicates.flatMap(({ superfluous, kept, cover, caveats }) => {
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
            // Whether a larger index stands in, only plans without this one can tell.
            sql:
              cover === "wider"
                ? ""
                : dropIndexSql(superfluous.index, partitioned.has(addressOf(superfluous.index))),
          },
        ),
        other: indexSummary(other, nowMs),
      },
    ];
  });
  const refused = findNoDuplicates(readings.map(({ portrait }) => portrait)).flatMap(
    ({ index, other, difference }) => {
      const reading = byAddress.get(addressOf(index.index));
      if (reading === undefined) return [];
      return {
        index: indexSummary(reading, nowMs),
        reason: `differs-in-${difference.replaceAll(" ", "-")}`,
        explanation: `it looks like ${qualify(other.index)}, and differs in its ${difference}`,
      };
    },
  );
  return { cases, refused };
}

/** Indexes that are much larger than their content, and those that a build left behind invalid. */
export function fragmentedCases({ watch, readings }: WatchedIndexes, nowMs: number): FoundCases {
  const caveats = watch.isReplica ? ["this is a replica: the primary alone can rebuild it"] : [];
  const partitioned = partitionedIndexes(readings);
  const cases = readings.flatMap((reading) => {
    const { index } = reading.portrait;
    if (!index.isValid) return invalidCase(reading, partitioned, { watch, nowMs });
    const bloat = bloatOf(reading.portrait, reading.measured, nowMs);
    if (bloat === null || !isWorthRebuilding(bloat.share, index.sizeBytes, bloat.error)) return [];
    const percent = Math.round(bloat.share * 100);
    const by =
      bloat.rung === "measured"
        ? "pgstatindex counted"
        : `by the planner's statistics, ± ${Math.round(bloat.error * 100)} points`;
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
        freed: {
          value: bloat.share * index.sizeBytes,
          unit: "bytes" as const,
          rung: bloat.rung,
        },
      },
    ];
  });
  return { cases, refused: [] };
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
      sql: sqlFor(portrait, isLeftover && !mustStay),
    }),
  ];
}

/** Nothing where a build may be going on. */
function sqlFor({ index, isBeingBuilt }: IndexPortrait, mayGo: boolean): string {
  if (isBeingBuilt === true) return "";
  return mayGo ? dropIndexSql(index, false) : rebuildIndexSql(index);
}

/** When it is, and when the indexes were looked at. */
interface Moment {
  readonly watch: IndexWatch;
  readonly nowMs: number;
}

function caseOf(
  reading: IndexReading,
  { watch, nowMs }: Moment,
  parts: Pick<IndexCase, "reason" | "caveats" | "sql"> & Partial<Pick<IndexCase, "refusal">>,
): IndexCase {
  return {
    index: indexSummary(reading, nowMs),
    refusal: null,
    ...parts,
    freed: measured(reading.portrait.index.sizeBytes, "bytes"),
    writesSaved: estimated(writesPerHour(reading, watch.readAtMs), "per hour"),
    other: null,
    watchedSince: new Date(reading.watchedSinceMs).toISOString(),
  };
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
    case "wider":
      return `${other} has the same keys and all its rows, and is hardly larger`;
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
