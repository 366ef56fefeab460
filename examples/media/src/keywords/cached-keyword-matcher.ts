import type { Answers } from "../cache/answers.ts";
import { entries } from "../cache/entries.ts";
import type { Database } from "../database/database.ts";
import { filterConfigOfUser, keywordsOfUser } from "../queries/keywords.ts";
import { AhoCorasick, type Keyword } from "./aho-corasick.ts";
import type { KeywordMatcher } from "./keyword-matcher.ts";

interface Compiled {
  readonly isCaseSensitive: boolean;
  readonly automaton: AhoCorasick;
}

/**
 * Keywords and filter come from the cache; an automaton is compiled once for each list of keywords that memory holds, and
 * goes with it: the same list is the same object until it is invalidated.
 */
export function createCachedKeywordMatcher(answers: Answers, database: Database): KeywordMatcher {
  const compiled = new WeakMap<readonly Keyword[], Compiled>();

  const automatonOf = (keywords: readonly Keyword[], isCaseSensitive: boolean): AhoCorasick => {
    const known = compiled.get(keywords);
    if (known?.isCaseSensitive === isCaseSensitive) return known.automaton;
    const automaton = new AhoCorasick(keywords, isCaseSensitive);
    compiled.set(keywords, { isCaseSensitive, automaton });
    return automaton;
  };

  return {
    match: async (userId, text) => {
      const [config, keywords] = await Promise.all([
        answers.value(entries.filter(userId), () => filterConfigOfUser(database, userId)),
        answers.value(entries.keywords(userId), () => keywordsOfUser(database, userId)),
      ]);
      return automatonOf(keywords, config.is_case_sensitive).find(text, {
        isWholeWords: config.is_whole_words,
        limit: config.match_limit,
      });
    },
  };
}
