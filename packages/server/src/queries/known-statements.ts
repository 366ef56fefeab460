import type { StoreQuery } from "../platform/store-pool.ts";
import { statementKey } from "./statement-totals.ts";

/** A statement that was seen once, with what decides where it stands in a list. */
export interface KnownStatement {
  readonly database: string;
  readonly fingerprint: string;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
  /** Of all its calls since counting began. */
  readonly stddevMs: number;
}

/** All statements that are kept, in the order of their keys. */
export async function readKnownStatements(query: StoreQuery): Promise<readonly KnownStatement[]> {
  const rows = await query<KnownStatement>(
    `select database, fingerprint, stddev_ms as "stddevMs",
            extract(epoch from first_seen)::float8 * 1000 as "firstSeenMs",
            extract(epoch from last_seen)::float8 * 1000 as "lastSeenMs"
     from streamgate.statements`,
  );
  const keyed = rows.map((row) => ({ row, key: statementKey(row.database, row.fingerprint) }));
  keyed.sort((one, other) => (one.key < other.key ? -1 : 1));
  return keyed.map(({ row }) => row);
}

/** Those that ran in a stretch of time, as far as their first and last call tell. */
export function ranBetween(
  known: readonly KnownStatement[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): readonly KnownStatement[] {
  return known.filter(({ firstSeenMs, lastSeenMs }) => lastSeenMs > fromMs && firstSeenMs <= toMs);
}
