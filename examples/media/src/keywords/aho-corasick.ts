import { foldCodeUnit, isWholeWord } from "./fold-case.ts";
import { TransitionTable } from "./transition-table.ts";

export interface Keyword {
  readonly id: number;
  readonly phrase: string;
}

/** A keyword found in a text, from `start` up to but not including `end`, in UTF-16 code units. */
export interface KeywordMatch {
  readonly keyword: Keyword;
  readonly start: number;
  readonly end: number;
}

export interface SearchOptions {
  readonly isWholeWords: boolean;
  /** Matches at the most. */
  readonly limit: number;
}

const ROOT = 0;
const NONE = -1;

/**
 * Finds all of many keywords in one pass over a text: time in proportion to the text and its
 * matches, whatever the number of keywords. Aho & Corasick, "Efficient string matching: an aid to
 * bibliographic search", CACM 18(6), 1975: a trie, a failure link from each state to its longest
 * proper suffix in the trie, and an output link to the longest such suffix that is a keyword.
 *
 * Matches come by their end, the longest first, equal phrases in the order given. Empty phrases
 * match nothing.
 */
export class AhoCorasick {
  private readonly fold: (unit: number) => number;
  private readonly keywords: readonly Keyword[];
  private readonly edges: TransitionTable;
  private readonly failure: Int32Array;
  private readonly output: Int32Array;
  /** The first keyword that ends in a state, and for each keyword the next with the same phrase. */
  private readonly firstKeyword: Int32Array;
  private readonly nextKeyword: Int32Array;

  constructor(keywords: readonly Keyword[], isCaseSensitive: boolean) {
    const stateLimit = keywords.reduce((sum, { phrase }) => sum + phrase.length, 1);
    this.fold = isCaseSensitive ? (unit) => unit : foldCodeUnit;
    this.keywords = keywords;
    this.edges = new TransitionTable(stateLimit);
    this.failure = new Int32Array(stateLimit);
    this.output = new Int32Array(stateLimit).fill(NONE);
    this.firstKeyword = new Int32Array(stateLimit).fill(NONE);
    this.nextKeyword = new Int32Array(keywords.length).fill(NONE);
    this.linkStates(this.buildTrie(stateLimit));
  }

  find(text: string, options: SearchOptions): readonly KeywordMatch[] {
    const matches: KeywordMatch[] = [];
    let state = ROOT;
    for (let index = 0; index < text.length && matches.length < options.limit; index += 1) {
      state = this.follow(state, this.fold(text.charCodeAt(index)));
      this.collect(state, text, index + 1, options, matches);
    }
    return matches;
  }

  private buildTrie(stateLimit: number): TrieStates {
    const states = new TrieStates(stateLimit);
    for (let number = this.keywords.length - 1; number >= 0; number -= 1) {
      const phrase = this.keywords[number]?.phrase ?? "";
      if (phrase === "") continue;
      let state = ROOT;
      for (let index = 0; index < phrase.length; index += 1) {
        const unit = this.fold(phrase.charCodeAt(index));
        let target = this.edges.get(state, unit);
        if (target === NONE) {
          target = states.add(state, unit, index + 1);
          this.edges.set(state, unit, target);
        }
        state = target;
      }
      this.nextKeyword[number] = this.firstKeyword[state] ?? NONE;
      this.firstKeyword[state] = number;
    }
    return states;
  }

  /** Shallow states first, since a state's links lead to shallower ones. */
  private linkStates(states: TrieStates): void {
    for (const state of states.byDepth()) {
      const parent = states.parentOf(state);
      if (parent === ROOT) continue;
      const suffix = this.follow(this.failure[parent] ?? ROOT, states.unitOf(state));
      this.failure[state] = suffix;
      this.output[state] =
        this.firstKeyword[suffix] === NONE ? (this.output[suffix] ?? NONE) : suffix;
    }
  }

  private follow(from: number, unit: number): number {
    let state = from;
    for (;;) {
      const target = this.edges.get(state, unit);
      if (target !== NONE) return target;
      if (state === ROOT) return ROOT;
      state = this.failure[state] ?? ROOT;
    }
  }

  private collect(
    reached: number,
    text: string,
    end: number,
    options: SearchOptions,
    matches: KeywordMatch[],
  ): void {
    for (let state = reached; state !== NONE; state = this.output[state] ?? NONE) {
      let number = this.firstKeyword[state] ?? NONE;
      while (number !== NONE && matches.length < options.limit) {
        const keyword = this.keywords[number];
        if (keyword === undefined) return;
        const start = end - keyword.phrase.length;
        if (!options.isWholeWords || isWholeWord(text, start, end)) {
          matches.push({ keyword, start, end });
        }
        number = this.nextKeyword[number] ?? NONE;
      }
    }
  }
}

/** What the trie's states are made of, needed only until they are linked. */
class TrieStates {
  private count = 1;
  private deepest = 0;
  private readonly parents: Int32Array;
  private readonly units: Uint16Array;
  private readonly depths: Int32Array;

  constructor(stateLimit: number) {
    this.parents = new Int32Array(stateLimit);
    this.units = new Uint16Array(stateLimit);
    this.depths = new Int32Array(stateLimit);
  }

  add(parent: number, unit: number, depth: number): number {
    const state = this.count;
    this.parents[state] = parent;
    this.units[state] = unit;
    this.depths[state] = depth;
    this.deepest = Math.max(this.deepest, depth);
    this.count += 1;
    return state;
  }

  parentOf(state: number): number {
    return this.parents[state] ?? ROOT;
  }

  unitOf(state: number): number {
    return this.units[state] ?? 0;
  }

  /** All states but the root, by a counting sort. */
  byDepth(): Int32Array {
    const nextPlace = new Int32Array(this.deepest + 2);
    for (let state = 1; state < this.count; state += 1) {
      const deeper = (this.depths[state] ?? 0) + 1;
      nextPlace[deeper] = (nextPlace[deeper] ?? 0) + 1;
    }
    for (let depth = 1; depth < nextPlace.length; depth += 1) {
      nextPlace[depth] = (nextPlace[depth] ?? 0) + (nextPlace[depth - 1] ?? 0);
    }
    const ordered = new Int32Array(this.count - 1);
    for (let state = 1; state < this.count; state += 1) {
      const depth = this.depths[state] ?? 0;
      const place = nextPlace[depth] ?? 0;
      ordered[place] = state;
      nextPlace[depth] = place + 1;
    }
    return ordered;
  }
}
