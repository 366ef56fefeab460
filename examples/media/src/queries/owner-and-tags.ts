import type { Database } from "../database/database.ts";
import type { ContentRow } from "./content.ts";

interface OwnerRow {
  readonly id: number;
  readonly display_name: string;
  readonly country: string;
  readonly plan: string;
}

interface TagRow {
  readonly id: number;
  readonly phrase: string;
}

/** A content with who published it and the phrases that tag it. */
export interface ContentWithOwner {
  readonly content: ContentRow;
  readonly owner: OwnerRow | undefined;
  readonly tags: readonly string[];
}

const OWNER = "select id, display_name, country, plan from users where id = $1";
const TAG = "select id, phrase from keywords where id = $1";
const OWNERS = "select id, display_name, country, plan from users where id = any($1)";
const TAGS = "select id, phrase from keywords where id = any($1)";

/** Naive: one query a content for its owner, and one for each of its tags. */
export async function ownerAndTagsOnePerRow(
  database: Database,
  contents: readonly ContentRow[],
): Promise<readonly ContentWithOwner[]> {
  const completed: ContentWithOwner[] = [];
  for (const content of contents) {
    const [owner] = await database.query<OwnerRow>(OWNER, [content.user_id]);
    const tags: string[] = [];
    for (const keywordId of content.keyword_ids) {
      const [tag] = await database.query<TagRow>(TAG, [keywordId]);
      if (tag !== undefined) tags.push(tag.phrase);
    }
    completed.push({ content, owner, tags });
  }
  return completed;
}

/** Good: one query for all owners and one for all tags. */
export async function ownerAndTagsTogether(
  database: Database,
  contents: readonly ContentRow[],
): Promise<readonly ContentWithOwner[]> {
  const ownerIds = [...new Set(contents.map((content) => content.user_id))];
  const keywordIds = [...new Set(contents.flatMap((content) => content.keyword_ids))];
  const [owners, tags] = await Promise.all([
    database.query<OwnerRow>(OWNERS, [ownerIds]),
    keywordIds.length === 0 ? [] : database.query<TagRow>(TAGS, [keywordIds]),
  ]);
  const ownerById = new Map(owners.map((owner) => [owner.id, owner]));
  const phraseById = new Map(tags.map((tag) => [tag.id, tag.phrase]));
  return contents.map((content) => ({
    content,
    owner: ownerById.get(content.user_id),
    tags: content.keyword_ids.flatMap((id) => phraseById.get(id) ?? []),
  }));
}
