import type { Database } from "../database/database.ts";
import { type Page, type PageStart, pageOf } from "./page.ts";

export interface FeedRow {
  readonly id: number;
  readonly title: string;
  readonly kind: string;
  readonly status: string;
  readonly language: string;
  readonly duration_seconds: number;
  readonly created_at: Date;
}

export interface FeedRequest {
  readonly userId: number;
  readonly status: string;
  readonly limit: number;
}

/** A key of this feed: instant and id of a page's last row. */
export const FEED_KEY: readonly RegExp[] = [
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  /^\d{1,15}$/,
];

const BY_OFFSET = `
select id, title, kind, status, language, duration_seconds, created_at
from content
where user_id = $1 and status = $2
order by created_at desc
limit $3 offset $4`;

const FIRST = `
select id, title, kind, status, language, duration_seconds, created_at
from content
where user_id = $1 and status = $2
order by created_at desc, id desc
limit $3`;

const AFTER_KEY = `
select id, title, kind, status, language, duration_seconds, created_at
from content
where user_id = $1 and status = $2 and (created_at, id) < ($4, $5)
order by created_at desc, id desc
limit $3`;

/** Naive: the page behind `offset` rows. */
export async function feedPageByOffset(
  database: Database,
  { userId, status, limit }: FeedRequest,
  offset: number,
): Promise<Page<FeedRow>> {
  const rows = await database.query<FeedRow>(BY_OFFSET, [userId, status, limit + 1, offset]);
  return pageOf(rows, limit, () => ({ kind: "offset", offset: offset + limit }));
}

/** Good: the page behind the last row of the one before, however deep. */
export async function feedPageByKey(
  database: Database,
  { userId, status, limit }: FeedRequest,
  key: readonly string[] | undefined,
): Promise<Page<FeedRow>> {
  const values = [userId, status, limit + 1];
  const rows =
    key === undefined
      ? await database.query<FeedRow>(FIRST, values)
      : await database.query<FeedRow>(AFTER_KEY, [...values, ...key]);
  return pageOf(rows, limit, feedKeyOf);
}

function feedKeyOf(last: FeedRow): PageStart {
  return { kind: "key", key: [last.created_at.toISOString(), String(last.id)] };
}
