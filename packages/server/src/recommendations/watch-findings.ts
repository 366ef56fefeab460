import type { Finding, FindingKind } from "@streamgate/core";
import type { StoreQuery } from "../platform/store-pool.ts";
import { storableDocument } from "../store/storable.ts";

/** A finding that comes of watching a database, between turns. */
export interface WatchFinding {
  /** Its name in the configuration. */
  readonly database: string;
  /** When it was seen first, in ms since 1970. */
  readonly sinceMs: number;
  readonly finding: Finding;
}

/** Who was in the way at night is asked in the morning: what has ended is still told for so long. */
const TOLD_AFTER_END = "1 hour";
/** Each look says it again; where nobody looks any more, as of a database that is not watched now, nothing is known of now. */
const TOLD_UNSEEN = "20 minutes";
const KEPT_DAYS = 30;
const MOST_READ = 500;

const NOTE = `
with seen as (
  select * from unnest($4::text[], $5::jsonb[]) as seen (id, document)
), noted as (
  insert into streamgate.watch_findings as known (database, id, kind, first_seen, last_seen, document)
  select $1, seen.id, $2, $3, $3, seen.document from seen
  on conflict (database, id) do update set
    first_seen = case when known.ended_at is null then known.first_seen else excluded.first_seen end,
    last_seen = excluded.last_seen, ended_at = null, document = excluded.document
)
update streamgate.watch_findings set ended_at = $3
where database = $1 and kind = $2 and ended_at is null and id <> all($4)`;

/** Notes what one look at a database found of a kind; what it found before and not now has ended. */
export async function noteWatchFindings(
  query: StoreQuery,
  { database, kind, at }: { database: string; kind: FindingKind; at: Date },
  findings: readonly Finding[],
): Promise<void> {
  await query(NOTE, [
    database,
    kind,
    at,
    findings.map(({ id }) => id),
    findings.map((finding) => storableDocument(finding)),
  ]);
  await query(
    `delete from streamgate.watch_findings where database = $1 and last_seen < $2::timestamptz - interval '${KEPT_DAYS} days'`,
    [database, at],
  );
}

/** What is found now, and of chains of locks what has ended just now. */
export async function readWatchFindings(query: StoreQuery): Promise<readonly WatchFinding[]> {
  const rows = await query<{
    readonly database: string;
    readonly first_seen: Date;
    readonly document: Finding;
  }>(
    `select database, first_seen, document from streamgate.watch_findings
     where (ended_at is null and last_seen > now() - interval '${TOLD_UNSEEN}')
       or (kind = 'transaction/blocking' and ended_at > now() - interval '${TOLD_AFTER_END}')
     order by last_seen desc limit ${MOST_READ}`,
  );
  return rows.map(({ database, first_seen, document }) => ({
    database,
    sinceMs: first_seen.getTime(),
    finding: document,
  }));
}
