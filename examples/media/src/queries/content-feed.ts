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
  /** How many tokens were minted of it. */
  readonly tokens: number;
}

type RowWithoutTokens = Omit<FeedRow, "tokens">;

export interface FeedRequest {
  readonly userId: number;
  readonly status: string;
  readonly limit: number;
  /** Naive: tokens are counted by a subquery a row. */
  readonly isCountedPerRow: boolean;
}

/** A key of this feed: instant and id of a page's last row. */
export const FEED_KEY: readonly RegExp[] = [
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  /^\d{1,15}$/,
];

const COLUMNS = "id, title, kind, status, language, duration_seconds, created_at";

const COLUMNS_AND_TOKENS = `${COLUMNS},
  (select count(*) from nft where nft.content_id = content.id)::integer as tokens`;

const byOffset = (columns: string): string => `
select ${columns}
from content
where user_id = $1 and status = $2
order by created_at desc
limit $3 offset $4`;

const first = (columns: string): string => `
select ${columns}
from content
where user_id = $1 and status = $2
order by created_at desc, id desc
limit $3`;

const afterKey = (columns: string): string => `
select ${columns}
from content
where user_id = $1 and status = $2 and (created_at, id) < ($4, $5)
order by created_at desc, id desc
limit $3`;

const TOKENS = `
select content_id, count(*)::integer as tokens
from nft
where content_id = any($1)
group by content_id`;

/** Naive: the page behind `offset` rows. */
export async function feedPageByOffset(
  database: Database,
  request: FeedRequest,
  offset: number,
): Promise<Page<FeedRow>> {
  const { limit } = request;
  const rows = await feedRows(database, request, byOffset, [offset]);
  return pageOf(rows, limit, () => ({ kind: "offset", offset: offset + limit }));
}

/** Good: the page behind the last row of the one before, however deep. */
export async function feedPageByKey(
  database: Database,
  request: FeedRequest,
  key: readonly string[] | undefined,
): Promise<Page<FeedRow>> {
  const rows = await feedRows(database, request, key === undefined ? first : afterKey, key ?? []);
  return pageOf(rows, request.limit, feedKeyOf);
}

/** One row more than asked for. */
async function feedRows(
  database: Database,
  { userId, status, limit, isCountedPerRow }: FeedRequest,
  statement: (columns: string) => string,
  start: readonly (string | number)[],
): Promise<readonly FeedRow[]> {
  const values = [userId, status, limit + 1, ...start];
  if (isCountedPerRow) return database.query<FeedRow>(statement(COLUMNS_AND_TOKENS), values);
  const rows = await database.query<RowWithoutTokens>(statement(COLUMNS), values);
  return withTokens(database, rows);
}

/** Good: the tokens of all rows are counted by one query. */
async function withTokens(
  database: Database,
  rows: readonly RowWithoutTokens[],
): Promise<readonly FeedRow[]> {
  if (rows.length === 0) return [];
  const counted = await database.query<{ content_id: number; tokens: number }>(TOKENS, [
    rows.map(({ id }) => id),
  ]);
  const tokensOf = new Map(counted.map(({ content_id, tokens }) => [content_id, tokens]));
  return rows.map((row) => ({ ...row, tokens: tokensOf.get(row.id) ?? 0 }));
}

function feedKeyOf(last: FeedRow): PageStart {
  return { kind: "key", key: [last.created_at.toISOString(), String(last.id)] };
}
