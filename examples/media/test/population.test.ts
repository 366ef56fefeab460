import { describe, expect, test } from "vitest";
import { Population } from "../src/population/population.ts";
import { MEDIA_TABLES, tableSizes } from "../src/population/sizes.ts";
import { SEED_DEFAULTS } from "../src/seeding/seed-options.ts";

const full = new Population(SEED_DEFAULTS);

test("scale 1 is about 1.5 million rows, and fractions shrink every table alike", () => {
  const rows = (scale: number): number =>
    MEDIA_TABLES.reduce((sum, table) => sum + tableSizes(scale)[table], 0);
  expect(rows(1)).toBe(1_512_000);
  expect(rows(0.1)).toBe(151_200);
  expect(tableSizes(0.000_1).content).toBe(800);
});

describe.each([0.001, 0.02, 1])("at scale %d", (scale) => {
  const population = new Population({ ...SEED_DEFAULTS, scale });

  test("the creators' keywords fill the table without gap or overlap", () => {
    let nextId = 1;
    for (let rank = 0; rank < population.creatorCount; rank += 1) {
      const { firstId, count } = population.keywordsOf(rank);
      expect(firstId).toBe(nextId);
      nextId = firstId + count;
    }
    expect(nextId - 1).toBe(population.sizes.keywords);
  });

  test("content is made in the order of its ids, no two at the same instant", () => {
    let before = 0;
    for (let id = 1; id <= population.sizes.content; id += 1) {
      const created = population.createdAtOfContent(id);
      if (created <= before) throw new Error(`content ${id} is not younger than the one before`);
      before = created;
    }
    expect(before).toBeLessThan(SEED_DEFAULTS.until.getTime());
  });
});

test("one user has 10,000 keywords, all different, and most have few", () => {
  const { firstId, count } = full.keywordsOf(full.curatorRank);
  const phrases = Array.from({ length: count }, (_, index) =>
    full.phraseOfKeyword(firstId + index),
  );
  expect(new Set(phrases).size).toBe(10_000);
  expect(full.keywordsOf(full.creatorCount / 2).count).toBeLessThan(10);
});

test("the busiest creator has a thousand contents, the typical one of a request tens", () => {
  const counts = new Map<number, number>();
  for (let id = 1; id <= full.sizes.content; id += 1) {
    const owner = full.ownerOfContent(id);
    counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  expect(Math.max(...counts.values())).toBeLessThan(3_000);
  const typical = counts.get(full.creatorAt(0.5)) ?? 0;
  expect(typical).toBeGreaterThan(10);
  expect(typical).toBeLessThan(100);
});
