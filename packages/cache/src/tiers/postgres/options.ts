import { type Clock, systemClock } from "@streamgate/core";
import type { PostgresQueries } from "./client.ts";
import { badPostgresTierOption } from "./errors.ts";

/** What a PostgreSQL tier is made with. */
export interface PostgresTierOptions {
  /**
   * A pool of `pg`, connected to the primary, at the isolation level READ COMMITTED (PostgreSQL's own default). A
   * client does where calls come one after the other. The tier never closes it.
   */
  readonly pool: PostgresQueries;
  /** Times the purge and the waiting for claims; everything stored goes by the server's clock. @default the system's */
  readonly clock?: Clock;
  /** Where the tables lie. One cache, one schema. @default "streamgate_cache" */
  readonly schema?: string;
  /** The tier's name in the cache. @default "postgres" */
  readonly name?: string;
  /**
   * Makes values and epochs unlogged tables, when the tables are made: fills write no WAL,
   * replicas hold nothing, and a crash or failover empties the cache (never makes it stale). @default false
   */
  readonly isUnlogged?: boolean;
  /**
   * What a failover to a standby does to the values. `flush`: all are forgotten, since acknowledged
   * invalidations may be lost. `keep`: only where standbys are synchronous, so that none can be. @default "flush"
   */
  readonly failover?: "flush" | "keep";
  /** How often expired rows are purged, ms; false: never by itself. @default 60_000 */
  readonly purgeIntervalMs?: number | false;
  /** Most rows that one statement of a purge deletes. @default 1_000 */
  readonly purgeBatchRows?: number;
  /**
   * For how long invalidations are remembered, ms. Values whose load is longer ago may become misses, so give more than
   * the longest time to live with its grace. @default 604_800_000 (7 days)
   */
  readonly keepEpochsMs?: number;
  /**
   * Keeps the statements prepared on each connection. Off by default, since poolers in transaction mode may not
   * allow it (PgBouncer does from 1.21 on). @default false
   */
  readonly isPrepared?: boolean;
  /** Hears why a purge failed; the next one comes after the interval all the same. */
  readonly onPurgeFailure?: (error: unknown) => void;
}

export type ResolvedPostgresTierOptions = Required<PostgresTierOptions>;

export const DEFAULT_SCHEMA = "streamgate_cache";

const DEFAULTS = {
  clock: systemClock,
  schema: DEFAULT_SCHEMA,
  name: "postgres",
  isUnlogged: false,
  failover: "flush",
  purgeIntervalMs: 60_000,
  purgeBatchRows: 1_000,
  keepEpochsMs: 604_800_000,
  isPrepared: false,
  onPurgeFailure: (): void => {},
} as const;

/** PostgreSQL cuts longer identifiers silently. */
const MAX_IDENTIFIER_BYTES = 63;

/** @throws StreamGateError `SG_CACHE_POSTGRES_BAD_OPTION` */
export function resolvePostgresTierOptions(
  options: PostgresTierOptions,
): ResolvedPostgresTierOptions {
  const resolved: ResolvedPostgresTierOptions = { ...DEFAULTS, ...options };
  checkSchema(resolved.schema);
  if (resolved.name === "") throw badPostgresTierOption("name", '""', "a name");
  if (resolved.failover !== "flush" && resolved.failover !== "keep")
    throw badPostgresTierOption("failover", resolved.failover, '"flush" or "keep"');
  if (resolved.purgeIntervalMs !== false)
    checkPositive("purgeIntervalMs", resolved.purgeIntervalMs);
  checkPositive("keepEpochsMs", resolved.keepEpochsMs);
  if (!Number.isInteger(resolved.purgeBatchRows) || resolved.purgeBatchRows < 1)
    throw badPostgresTierOption(
      "purgeBatchRows",
      resolved.purgeBatchRows,
      "a whole number of at least 1",
    );
  return resolved;
}

/** @throws StreamGateError `SG_CACHE_POSTGRES_BAD_OPTION` */
export function checkSchema(schema: string): void {
  const sizeBytes = Buffer.byteLength(schema);
  if (sizeBytes < 1 || sizeBytes > MAX_IDENTIFIER_BYTES || schema.includes("\0"))
    throw badPostgresTierOption("schema", schema, "a name of 1 to 63 bytes");
}

function checkPositive(name: string, value: number): void {
  if (!Number.isFinite(value) || value <= 0)
    throw badPostgresTierOption(name, value, "a number of milliseconds above 0");
}
