import { equal, ok } from "node:assert/strict";
import { seededRandom } from "@streamgate/core";
import type { SharedTier } from "../tier.ts";
import type { TierContractCase } from "./contract-case.ts";
import { beginLoad, endLoad, load, readText } from "./loads.ts";
import { rule } from "./rule.ts";

const TAGS = ["even", "odd"] as const;

export const CONCURRENCY_RULES: readonly TierContractCase[] = [
  rule("a hundred loads at once of as many keys all land", async ({ first, second }) => {
    const ids = Array.from({ length: 100 }, (_, index) => index);
    const outcomes = await Promise.all(
      ids.map((id) => load(id % 2 === 0 ? first : second, `each:${id}`, `value ${id}`, ["t"])),
    );
    equal(outcomes.filter((outcome) => outcome === "stored").length, ids.length);
    const texts = await Promise.all(ids.map((id) => readText(second, `each:${id}`, ["t"])));
    for (const id of ids) equal(texts[id], `value ${id}`);
  }),

  rule("of a hundred loads at once of one key one value stays", async ({ first, second }) => {
    const ids = Array.from({ length: 100 }, (_, index) => index);
    const outcomes = await Promise.all(
      ids.map((id) => load(id % 2 === 0 ? first : second, "same:1", String(id))),
    );
    const stored = ids.filter((id) => outcomes[id] === "stored").map(String);
    ok(stored.includes((await readText(first, "same:1")) ?? "nothing"));
    equal(await readText(first, "same:1"), await readText(second, "same:1"));
  }),

  rule(
    "a hundred invalidations at once of the same tags all resolve",
    async ({ first, second }) => {
      await load(first, "storm:1", "v", TAGS);
      const tags = ["even", "odd", ...Array.from({ length: 50 }, (_, index) => `tag ${index}`)];
      await Promise.all(
        Array.from({ length: 100 }, (_, index) =>
          (index % 2 === 0 ? first : second).invalidate(index % 3 === 0 ? tags : tags.toReversed()),
        ),
      );
      equal(await readText(second, "storm:1", TAGS), undefined);
      equal(await load(first, "storm:1", "w", TAGS), "stored");
    },
  ),

  rule(
    "while loads, reads and invalidations run, no read is older than what was acknowledged",
    async ({ first, second }) => {
      const random = seededRandom(20_260);
      const tiers = [first, second] as const;
      const source = new Source();
      const loaders = [0, 1, 2, 3, 4, 5].map(async (number) => {
        for (let round = 0; round < 40; round += 1) {
          await source.loadInto(random.pick(tiers), `mixed:${number % 2}`, random.integer(4));
        }
      });
      const readers = tiers.map(async (tier) => {
        for (let round = 0; round < 120; round += 1) await source.check(tier, `mixed:${round % 2}`);
      });
      const writers = tiers.map(async (tier, number) => {
        for (let round = 0; round < 40; round += 1) {
          await source.change(tier, TAGS[number] ?? "even");
          if (round % 4 === 0) await pause(random.integer(6));
        }
      });
      await Promise.all([...loaders, ...readers, ...writers]);
      await source.check(first, "mixed:0");
      await source.check(second, "mixed:1");
    },
  ),
];

/** What is cached: a number that writers raise. Every value of it depends on both tags. */
class Source {
  private version = 0;
  private acknowledged = 0;

  async loadInto(tier: SharedTier, key: string, turns: number): Promise<void> {
    const begun = await beginLoad(tier, key, TAGS);
    const loaded = this.version;
    await pause(turns);
    await endLoad(tier, begun, String(loaded));
  }

  async change(tier: SharedTier, tag: string): Promise<void> {
    this.version += 1;
    const changed = this.version;
    await tier.invalidate([tag]);
    this.acknowledged = Math.max(this.acknowledged, changed);
  }

  async check(tier: SharedTier, key: string): Promise<void> {
    const least = this.acknowledged;
    const text = await readText(tier, key, TAGS);
    ok(
      text === undefined || Number(text) >= least,
      `read ${text} of ${key} after ${least} was acknowledged`,
    );
  }
}

async function pause(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
