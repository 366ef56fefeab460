import type { Database } from "../database/database.ts";

export interface ContentRow {
  readonly id: number;
  readonly user_id: number;
  readonly title: string;
  readonly description: string;
  readonly kind: string;
  readonly language: string;
  readonly duration_seconds: number;
  readonly keyword_ids: readonly number[];
  readonly contract_address: string;
  readonly token_id: string;
  readonly created_at: Date;
}

const PUBLISHED_BY_ID = `
select id, user_id, title, description, kind, language, duration_seconds, keyword_ids,
  contract_address, token_id, created_at
from content
where id = $1 and status = 'published'`;

const NEWEST_PUBLISHED = `
select id, user_id, title, description, kind, language, duration_seconds, keyword_ids,
  contract_address, token_id, created_at
from content
where id < $1 and status = 'published'
order by id desc
limit $2`;

export async function findPublishedContent(
  database: Database,
  contentId: number,
): Promise<ContentRow | undefined> {
  const [content] = await database.query<ContentRow>(PUBLISHED_BY_ID, [contentId]);
  return content;
}

/** Published content below an id, newest first: ids are given in the order of making. */
export function newestPublishedContent(
  database: Database,
  beforeId: number,
  limit: number,
): Promise<readonly ContentRow[]> {
  return database.query<ContentRow>(NEWEST_PUBLISHED, [beforeId, limit]);
}
