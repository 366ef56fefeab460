import type { StoreQuery } from "../platform/store-pool.ts";
import { storableDocument } from "../store/storable.ts";
import type { SeenCaller } from "./caller-book.ts";
import type { CallerTags } from "./comment-tags.ts";

/** A caller as it is kept. */
export interface KeptCaller {
  readonly source: "comment" | "session";
  readonly tags: CallerTags;
  readonly lastSeenAt: Date;
  /** In how many samples it was seen at work. */
  readonly samples: number;
}

const KEPT_DAYS = 90;
const MOST_READ = 50;

const NOTE = `
insert into streamgate.statement_callers as known
  (database, fingerprint, caller, source, tags, first_seen, last_seen, samples)
select $1, seen.fingerprint, seen.caller, seen.source, seen.tags, $2, $2, seen.samples
from unnest($3::text[], $4::text[], $5::text[], $6::jsonb[], $7::float8[])
  as seen (fingerprint, caller, source, tags, samples)
on conflict (database, fingerprint, caller) do update set
  last_seen = greatest(known.last_seen, excluded.last_seen), samples = known.samples + excluded.samples`;

const FORGET = `
delete from streamgate.statement_callers
where (database, fingerprint, caller) in (
  select database, fingerprint, caller from streamgate.statement_callers
  where database = $1 and last_seen < $2::timestamptz - interval '${KEPT_DAYS} days' limit 1000)`;

/** Notes who was seen to call what since the last time. */
export async function noteCallers(
  query: StoreQuery,
  database: string,
  at: Date,
  callers: readonly SeenCaller[],
): Promise<void> {
  if (callers.length === 0) return;
  await query(NOTE, [
    database,
    at,
    callers.map(({ fingerprint }) => fingerprint),
    callers.map(({ caller }) => caller),
    callers.map(({ source }) => source),
    callers.map(({ tags }) => storableDocument(tags)),
    callers.map(({ samples }) => samples),
  ]);
  await query(FORGET, [database, at]);
}

/** Who calls a statement, those that take most of its time first. */
export function readCallers(
  query: StoreQuery,
  database: string,
  fingerprint: string,
): Promise<readonly KeptCaller[]> {
  return query<KeptCaller>(
    `select source, tags, last_seen as "lastSeenAt", samples from streamgate.statement_callers
     where database = $1 and fingerprint = $2 order by samples desc, last_seen desc limit ${MOST_READ}`,
    [database, fingerprint],
  );
}
