import type { Database } from "../database/database.ts";
import type { Keyword } from "../keywords/aho-corasick.ts";

export interface FilterConfig {
  readonly is_case_sensitive: boolean;
  readonly is_whole_words: boolean;
  readonly match_limit: number;
}

const KEYWORDS = "select id, phrase from keywords where user_id = $1 order by id";

const FILTER_CONFIG =
  "select is_case_sensitive, is_whole_words, match_limit from filter_configs where user_id = $1";

const FILTER_DEFAULTS: FilterConfig = {
  is_case_sensitive: false,
  is_whole_words: false,
  match_limit: 100,
};

export function keywordsOfUser(database: Database, userId: number): Promise<readonly Keyword[]> {
  return database.query<Keyword>(KEYWORDS, [userId]);
}

export async function filterConfigOfUser(
  database: Database,
  userId: number,
): Promise<FilterConfig> {
  const [config] = await database.query<FilterConfig>(FILTER_CONFIG, [userId]);
  return config ?? FILTER_DEFAULTS;
}
