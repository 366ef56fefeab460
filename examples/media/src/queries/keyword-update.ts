import type { Database } from "../database/database.ts";
import type { Keyword } from "../keywords/aho-corasick.ts";
import type { FilterConfig } from "./keywords.ts";

const UPDATE_KEYWORD = `
update keywords set phrase = $4
from users
where keywords.id = $2 and keywords.user_id = $1 and users.id = $1 and users.wallet_address = $3
returning keywords.id, keywords.phrase`;

const STORE_FILTER = `
insert into filter_configs (user_id, is_case_sensitive, is_whole_words, match_limit)
select id, $3, $4, $5 from users where id = $1 and wallet_address = $2
on conflict (user_id) do update set is_case_sensitive = excluded.is_case_sensitive,
  is_whole_words = excluded.is_whole_words, match_limit = excluded.match_limit, updated_at = now()
returning is_case_sensitive, is_whole_words, match_limit`;

/** Undefined where the wallet's user has no such keyword. */
export async function updateKeyword(
  database: Database,
  owner: { readonly userId: number; readonly wallet: string },
  { id, phrase }: Keyword,
): Promise<Keyword | undefined> {
  const values = [owner.userId, id, owner.wallet, phrase];
  const [updated] = await database.query<Keyword>(UPDATE_KEYWORD, values);
  return updated;
}

/** Undefined where the wallet is not this user's. */
export async function storeFilterConfig(
  database: Database,
  owner: { readonly userId: number; readonly wallet: string },
  config: FilterConfig,
): Promise<FilterConfig | undefined> {
  const { is_case_sensitive, is_whole_words, match_limit } = config;
  const values = [owner.userId, owner.wallet, is_case_sensitive, is_whole_words, match_limit];
  const [stored] = await database.query<FilterConfig>(STORE_FILTER, values);
  return stored;
}
