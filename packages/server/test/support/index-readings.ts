import type { IndexPortrait } from "@streamgate/pg-advisor";
import type {
  IndexCounters,
  IndexReading,
  WatchedIndexes,
} from "../../src/indexes/index-reading.ts";

/** Indexes as StreamGate keeps them, for tests. */
export const LOOK_MS: number = Date.UTC(2026, 0, 5);

export interface SomeIndex {
  readonly name?: string;
  readonly table?: string;
  readonly oid?: number;
  readonly columns?: readonly string[];
  readonly isValid?: boolean;
  readonly parent?: string;
  readonly sizeBytes?: number;
  readonly seen?: Partial<IndexCounters>;
  readonly watchedSinceMs?: number;
  readonly definition?: string;
}

export function aReading(some: SomeIndex = {}): IndexReading {
  const seen = { scans: 0, tuplesRead: 0, tuplesFetched: 0, tableWrites: 0, ...some.seen };
  return {
    database: "media",
    portrait: aPortrait(some),
    watchedSinceMs: some.watchedSinceMs ?? LOOK_MS - 3_600_000,
    seen,
    counted: seen,
    lastScanAtMs: null,
    measured: null,
  };
}

export function aPortrait({
  name = "songs_owner",
  table = "songs",
  oid = 1,
  columns = ["owner"],
  isValid = true,
  parent,
  sizeBytes = 8_192,
  definition = `CREATE INDEX ${name} ON public.${table} USING btree (${columns.join(", ")})`,
}: SomeIndex = {}): IndexPortrait {
  return {
    index: {
      schema: "public",
      name,
      oid,
      table: { schema: "public", name: table },
      definition,
      method: "btree",
      isUnique: false,
      isPrimary: false,
      isValid,
      constraint: null,
      keys: columns.map((column) => ({
        column,
        expression: null,
        direction: "asc",
        nulls: "last",
      })),
      includes: [],
      predicate: null,
      pages: 1,
      rows: 1,
      sizeBytes,
      scans: 0,
      parent: parent === undefined ? null : { schema: "public", name: parent },
    } as IndexPortrait["index"],
    shape: null,
    duties: [],
    isClustered: false,
    isDeferrable: false,
    estimatedBloat: null,
  };
}

/** One look at the database `media`. */
export function aLook(
  readings: readonly IndexReading[],
  readAtMs: number = LOOK_MS,
): WatchedIndexes {
  return {
    watch: {
      database: "media",
      readAtMs,
      serverStartedAtMs: 0,
      countersResetAtMs: null,
      isReplica: false,
      replicas: 0,
      versionNumber: 180_004,
    },
    readings,
  };
}
