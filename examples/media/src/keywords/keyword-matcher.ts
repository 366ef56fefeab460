import type { Database } from "../database/database.ts";
import { BoundedMap } from "../memory/bounded-map.ts";
import { type FilterConfig, filterConfigOfUser, keywordsOfUser } from "../queries/keywords.ts";
import { AhoCorasick, type KeywordMatch } from "./aho-corasick.ts";

/** What finds a user's keywords in texts. */
interface CompiledFilter {
  readonly config: FilterConfig;
  readonly automaton: AhoCorasick;
}

export interface KeywordMatcherOptions {
  readonly database: Database;
  /** Naive: read and compile the keywords for every text. */
  readonly isAutomatonPerRequest: boolean;
  /** Milliseconds of a clock; only differences count. */
  readonly monotonicMs: () => number;
}

/** A compiled filter serves this long, so a changed keyword counts after a minute at the latest. */
const KEPT_MS = 60_000;
const KEPT_USERS = 200;

export interface KeywordMatcher {
  match(userId: number, text: string): Promise<readonly KeywordMatch[]>;
}

export function createKeywordMatcher(options: KeywordMatcherOptions): KeywordMatcher {
  const { database, isAutomatonPerRequest, monotonicMs } = options;
  const kept = new BoundedMap<number, { filter: Promise<CompiledFilter>; untilMs: number }>(
    KEPT_USERS,
  );

  const keptFilter = (userId: number): Promise<CompiledFilter> => {
    const known = kept.get(userId);
    if (known !== undefined && known.untilMs > monotonicMs()) return known.filter;
    const filter = compileFilter(database, userId);
    kept.set(userId, { filter, untilMs: monotonicMs() + KEPT_MS });
    filter.catch(() => kept.set(userId, { filter, untilMs: 0 }));
    return filter;
  };

  return {
    match: async (userId, text) => {
      const { config, automaton } = isAutomatonPerRequest
        ? await compileFilter(database, userId)
        : await keptFilter(userId);
      return automaton.find(text, {
        isWholeWords: config.is_whole_words,
        limit: config.match_limit,
      });
    },
  };
}

async function compileFilter(database: Database, userId: number): Promise<CompiledFilter> {
  const [config, keywords] = await Promise.all([
    filterConfigOfUser(database, userId),
    keywordsOfUser(database, userId),
  ]);
  return { config, automaton: new AhoCorasick(keywords, config.is_case_sensitive) };
}
