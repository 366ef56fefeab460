import type {
  ActualRun,
  BitmapFacts,
  BlockCounts,
  HashAggregateFacts,
  HashFacts,
  MemoizeFacts,
  SortFacts,
  WalFacts,
  WorkerRun,
} from "./explained-node.ts";
import type { Properties } from "./explained-plan.ts";
import { listOf, maybeNumberOf, numberOf, propertiesOf, textOf } from "./read-properties.ts";

export function actualOf(of: Properties): ActualRun | null {
  const loops = maybeNumberOf(of, "Actual Loops");
  if (loops === null) return null;
  return {
    startupMs: maybeNumberOf(of, "Actual Startup Time"),
    totalMs: maybeNumberOf(of, "Actual Total Time"),
    rows: numberOf(of, "Actual Rows"),
    loops,
  };
}

/** Of a Sort, or of the groups of an Incremental Sort: what went to disk counts before what did not. */
export function sortOf(of: Properties): SortFacts | null {
  const method = textOf(of, "Sort Method");
  if (method !== null) {
    const isOnDisk = textOf(of, "Sort Space Type") === "Disk";
    return { method, spaceKb: numberOf(of, "Sort Space Used"), isOnDisk };
  }
  const groups = ["Full-sort Groups", "Pre-sorted Groups"].map((name) => propertiesOf(of, name));
  for (const place of ["Disk", "Memory"]) {
    for (const group of groups) {
      const peakKb = maybeNumberOf(
        propertiesOf(group, `Sort Space ${place}`),
        "Peak Sort Space Used",
      );
      const methods = group["Sort Methods Used"];
      if (peakKb !== null)
        return {
          method: Array.isArray(methods) ? methods.join(", ") : "",
          spaceKb: peakKb,
          isOnDisk: place === "Disk",
        };
    }
  }
  return null;
}

export function hashOf(of: Properties): HashFacts | null {
  const batches = maybeNumberOf(of, "Hash Batches");
  if (batches === null) return null;
  return {
    buckets: numberOf(of, "Hash Buckets"),
    batches,
    originalBatches: maybeNumberOf(of, "Original Hash Batches") ?? batches,
    peakMemoryKb: numberOf(of, "Peak Memory Usage"),
  };
}

export function hashAggregateOf(of: Properties): HashAggregateFacts | null {
  const batches = maybeNumberOf(of, "HashAgg Batches");
  const plannedPartitions = numberOf(of, "Planned Partitions");
  if (batches === null && plannedPartitions === 0) return null;
  return {
    batches: batches ?? 0,
    plannedPartitions,
    peakMemoryKb: numberOf(of, "Peak Memory Usage"),
    diskKb: numberOf(of, "Disk Usage"),
  };
}

export function memoizeOf(of: Properties): MemoizeFacts | null {
  const key = textOf(of, "Cache Key");
  if (key === null) return null;
  return {
    key,
    hits: numberOf(of, "Cache Hits"),
    misses: numberOf(of, "Cache Misses"),
    evictions: numberOf(of, "Cache Evictions"),
    overflows: numberOf(of, "Cache Overflows"),
    peakMemoryKb: numberOf(of, "Peak Memory Usage"),
  };
}

export function bitmapOf(of: Properties): BitmapFacts | null {
  const exactBlocks = numberOf(of, "Exact Heap Blocks");
  const lossyBlocks = numberOf(of, "Lossy Heap Blocks");
  return exactBlocks + lossyBlocks === 0 ? null : { exactBlocks, lossyBlocks };
}

const BLOCKS = {
  sharedHit: "Shared Hit Blocks",
  sharedRead: "Shared Read Blocks",
  sharedDirtied: "Shared Dirtied Blocks",
  sharedWritten: "Shared Written Blocks",
  localHit: "Local Hit Blocks",
  localRead: "Local Read Blocks",
  localDirtied: "Local Dirtied Blocks",
  localWritten: "Local Written Blocks",
  tempRead: "Temp Read Blocks",
  tempWritten: "Temp Written Blocks",
} as const;

export function blocksOf(of: Properties): BlockCounts | null {
  if (!Object.values(BLOCKS).some((name) => name in of)) return null;
  return {
    sharedHit: numberOf(of, BLOCKS.sharedHit),
    sharedRead: numberOf(of, BLOCKS.sharedRead),
    sharedDirtied: numberOf(of, BLOCKS.sharedDirtied),
    sharedWritten: numberOf(of, BLOCKS.sharedWritten),
    localHit: numberOf(of, BLOCKS.localHit),
    localRead: numberOf(of, BLOCKS.localRead),
    localDirtied: numberOf(of, BLOCKS.localDirtied),
    localWritten: numberOf(of, BLOCKS.localWritten),
    tempRead: numberOf(of, BLOCKS.tempRead),
    tempWritten: numberOf(of, BLOCKS.tempWritten),
  };
}

const IO_TIME = /I\/O (?:Read|Write) Time$/;

/** The sum over whatever kinds of blocks the version tells apart. */
export function ioMsOf(of: Properties): number | null {
  const times = Object.keys(of).flatMap((name) => {
    const value = IO_TIME.test(name) ? maybeNumberOf(of, name) : null;
    return value === null ? [] : [value];
  });
  return times.length === 0 ? null : times.reduce((sum, value) => sum + value, 0);
}

export function walOf(of: Properties): WalFacts | null {
  // The text form leaves out what wrote nothing.
  if (numberOf(of, "WAL Records") + numberOf(of, "WAL Bytes") === 0) return null;
  return {
    records: numberOf(of, "WAL Records"),
    fullPageImages: numberOf(of, "WAL FPI"),
    bytes: numberOf(of, "WAL Bytes"),
  };
}

export function workersOf(of: Properties): readonly WorkerRun[] {
  return listOf(of, "Workers").map((worker) => ({
    number: numberOf(worker, "Worker Number"),
    actual: actualOf(worker),
    sort: sortOf(worker),
    hashAggregate: hashAggregateOf(worker),
    blocks: blocksOf(worker),
  }));
}

export function storageOf(
  of: Properties,
): { readonly isOnDisk: boolean; readonly maximumKb: number } | null {
  const storage = textOf(of, "Storage");
  return storage === null
    ? null
    : { isOnDisk: storage === "Disk", maximumKb: numberOf(of, "Maximum Storage") };
}
