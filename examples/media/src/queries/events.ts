import type { Database } from "../database/database.ts";

export interface AudienceEvent {
  readonly contentId: number;
  readonly sessionId: string;
  readonly kind: string;
  readonly watchedSeconds: number;
  readonly country: string;
}

const OWNER_OF_CONTENT = "select user_id from content where id = $1";

const INSERT_ONE = `
insert into analytics_events (user_id, content_id, session_id, kind, watched_seconds, country)
values ($1, $2, $3, $4, $5, $6)`;

const INSERT_BATCH = `
insert into analytics_events (user_id, content_id, session_id, kind, watched_seconds, country)
select content.user_id, content.id, event.session_id, event.kind, event.watched_seconds, event.country
from unnest($1::bigint[], $2::uuid[], $3::text[], $4::integer[], $5::text[])
  as event (content_id, session_id, kind, watched_seconds, country)
join content on content.id = event.content_id
returning content_id, user_id`;

/** Naive: two statements an event. Returns the owner of each content that exists. */
export async function storeEventsOneByOne(
  database: Database,
  events: readonly AudienceEvent[],
): Promise<ReadonlyMap<number, number>> {
  const known = new Map<number, number>();
  for (const event of events) {
    const [content] = await database.query<{ user_id: number }>(OWNER_OF_CONTENT, [
      event.contentId,
    ]);
    if (content === undefined) continue;
    known.set(event.contentId, content.user_id);
    await database.query(INSERT_ONE, [
      content.user_id,
      event.contentId,
      event.sessionId,
      event.kind,
      event.watchedSeconds,
      event.country,
    ]);
  }
  return known;
}

/** Good: one statement for the batch. Returns the owner of each content that exists. */
export async function storeEventsTogether(
  database: Database,
  events: readonly AudienceEvent[],
): Promise<ReadonlyMap<number, number>> {
  const stored = await database.query<{ content_id: number; user_id: number }>(INSERT_BATCH, [
    events.map((event) => event.contentId),
    events.map((event) => event.sessionId),
    events.map((event) => event.kind),
    events.map((event) => event.watchedSeconds),
    events.map((event) => event.country),
  ]);
  return new Map(stored.map((row) => [row.content_id, row.user_id]));
}
