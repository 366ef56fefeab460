import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { AhoCorasick, type Keyword } from "../src/keywords/aho-corasick.ts";
import { TransitionTable } from "../src/keywords/transition-table.ts";
import { Population } from "../src/population/population.ts";
import { SEED_DEFAULTS } from "../src/seeding/seed-options.ts";

const EVERYTHING = { isWholeWords: false, limit: Number.POSITIVE_INFINITY };

const keywordsOf = (phrases: readonly string[]): readonly Keyword[] =>
  phrases.map((phrase, index) => ({ id: index + 1, phrase }));

/** Looks for every keyword at every position. */
function searchNaively(keywords: readonly Keyword[], text: string): readonly string[] {
  const found = keywords.flatMap(({ id, phrase }) =>
    Array.from(text, (_, start) => start)
      .filter((start) => phrase !== "" && text.startsWith(phrase, start))
      .map((start) => ({ id, start, end: start + phrase.length })),
  );
  found.sort((a, b) => a.end - b.end || a.start - b.start || a.id - b.id);
  return found.map(({ id, start, end }) => `${id}@${start}-${end}`);
}

function search(keywords: readonly Keyword[], text: string): readonly string[] {
  return new AhoCorasick(keywords, true)
    .find(text, EVERYTHING)
    .map(({ keyword, start, end }) => `${keyword.id}@${start}-${end}`);
}

test("finds exactly what a search for each keyword at each position finds, in order", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "ä"), maxLength: 5 });
  const text = fc.string({ unit: fc.constantFrom("a", "b", "ä", "c"), maxLength: 60 });
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 12 }), text, (phrases, searched) => {
      const keywords = keywordsOf(phrases);
      expect(search(keywords, searched)).toEqual(searchNaively(keywords, searched));
    }),
    { numRuns: 500 },
  );
});

test("finds the example of the paper: he, she, his and hers in ushers", () => {
  const keywords = keywordsOf(["he", "she", "his", "hers"]);
  expect(search(keywords, "ushers")).toEqual(["2@1-4", "1@2-4", "4@2-6"]);
});

test("ignores case when told to, in other scripts too, and keeps positions", () => {
  const automaton = new AhoCorasick(keywordsOf(["ΟΔΟΣ", "Straße", "İ"]), false);
  const found = automaton.find("die STRAßE οδοσ İ", EVERYTHING);
  expect(found.map(({ keyword, start }) => [keyword.phrase, start])).toEqual([
    ["Straße", 4],
    ["ΟΔΟΣ", 11],
    ["İ", 16],
  ]);
});

test("finds whole words only when told to", () => {
  const automaton = new AhoCorasick(keywordsOf(["art", "café"]), false);
  const found = automaton.find("art, party; café cafés art", { ...EVERYTHING, isWholeWords: true });
  expect(found.map(({ start }) => start)).toEqual([0, 12, 23]);
});

test("stops at the limit", () => {
  const automaton = new AhoCorasick(keywordsOf(["a", "aa"]), true);
  expect(automaton.find("aaaaaaaa", { isWholeWords: false, limit: 3 })).toHaveLength(3);
});

test("follows at most two edges a character, however many keywords there are", () => {
  const population = new Population(SEED_DEFAULTS);
  const { firstId, count } = population.keywordsOf(population.curatorRank);
  const phrases = Array.from({ length: count }, (_, index) =>
    population.phraseOfKeyword(firstId + index),
  );
  const automaton = new AhoCorasick(keywordsOf(phrases), false);
  const text = Array.from({ length: 60 }, (_, number) => population.postedText(number))
    .join(" ")
    .slice(0, 2_048);
  const edges = vi.spyOn(TransitionTable.prototype, "get");
  try {
    const matches = automaton.find(text, EVERYTHING);
    expect(count).toBe(10_000);
    expect(matches.length).toBeGreaterThan(0);
    expect(edges.mock.calls.length).toBeGreaterThanOrEqual(text.length);
    expect(edges.mock.calls.length).toBeLessThanOrEqual(2 * text.length);
  } finally {
    edges.mockRestore();
  }
});
