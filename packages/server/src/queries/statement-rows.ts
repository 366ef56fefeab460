import type { StoreQuery } from "../platform/store-pool.ts";
import { type StatementTotals, statementKey } from "./statement-totals.ts";

/** What is kept of a statement beside its series. */
export interface StatementRow {
  readonly database: string;
  readonly fingerprint: string;
  readonly text: string;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  readonly countedSince: Date | null;
  readonly stddevMs: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly tempBlocksWritten: number;
  readonly walBytes: number;
  readonly calls: number;
}

const COLUMNS = `
database, fingerprint, text, first_seen as "firstSeenAt", last_seen as "lastSeenAt",
counted_since as "countedSince", stddev_ms as "stddevMs", min_ms as "minMs", max_ms as "maxMs",
temp_blocks_written as "tempBlocksWritten", wal_bytes as "walBytes", calls`;

/** Texts and last counters of these statements, by their key. */
export async function readStatementRows(
  query: StoreQuery,
  statements: readonly Pick<StatementTotals, "database" | "fingerprint">[],
): Promise<ReadonlyMap<string, StatementRow>> {
  if (statements.length === 0) return new Map();
  const rows = await query<StatementRow>(
    `select ${COLUMNS} from streamgate.statements
     join unnest($1::text[], $2::text[]) as wanted (database, fingerprint) using (database, fingerprint)`,
    [statements.map(({ database }) => database), statements.map(({ fingerprint }) => fingerprint)],
  );
  return new Map(rows.map((row) => [statementKey(row.database, row.fingerprint), row]));
}

/** One statement, in whichever database it ran. */
export function findStatementRows(
  query: StoreQuery,
  fingerprint: string,
): Promise<readonly StatementRow[]> {
  return query<StatementRow>(
    `select ${COLUMNS} from streamgate.statements where fingerprint = $1 order by total_ms desc`,
    [fingerprint],
  );
}

/** Keys of the statements whose text holds these words, in whatever case. */
export async function searchStatements(
  query: StoreQuery,
  words: string,
): Promise<ReadonlySet<string>> {
  const rows = await query<Pick<StatementRow, "database" | "fingerprint">>(
    `select database, fingerprint from streamgate.statements
     where strpos(lower(text), lower($1)) > 0 or fingerprint = lower($1)`,
    [words],
  );
  return new Set(rows.map((row) => statementKey(row.database, row.fingerprint)));
}
