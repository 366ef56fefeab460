import type { Database } from "../database/database.ts";

export interface ContentChange {
  readonly title: string;
  readonly description: string;
  readonly status: string;
}

export interface UpdatedContentRow extends ContentChange {
  readonly id: number;
  readonly user_id: number;
  readonly status_before: string;
}

const UPDATE = `
update content set title = $3, description = $4, status = $5
from (select id, status from content where id = $1 for update) as before,
  users
where content.id = before.id and users.id = content.user_id and users.wallet_address = $2
returning content.id, content.user_id, content.title, content.description, content.status,
  before.status as status_before`;

/** Undefined where the wallet owns no such content. */
export async function updateContent(
  database: Database,
  contentId: number,
  wallet: string,
  { title, description, status }: ContentChange,
): Promise<UpdatedContentRow | undefined> {
  const values = [contentId, wallet, title, description, status];
  const [updated] = await database.query<UpdatedContentRow>(UPDATE, values);
  return updated;
}
