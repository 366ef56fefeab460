import { equal, ok } from "node:assert/strict";
import type { TierContractCase } from "./contract-case.ts";
import { beginLoad, endLoad, load, readText } from "./loads.ts";
import { rule } from "./rule.ts";

export const STAMP_RULES: readonly TierContractCase[] = [
  rule(
    "a load that began before an invalidation of its tag never lands",
    async ({ first, second }) => {
      const begun = await beginLoad(first, "late:1", ["t"]);
      await second.invalidate(["t"]);
      equal(await endLoad(first, begun, "stale"), "superseded");
      equal(await readText(first, "late:1", ["t"]), undefined);
      equal(await readText(second, "late:1", ["t"]), undefined);
    },
  ),

  rule(
    "a load that began before an invalidation of its key or namespace never lands",
    async ({ first, second }) => {
      for (const tag of ["#implied:1", "@implied"]) {
        const begun = await beginLoad(first, "implied:1");
        await second.invalidate([tag]);
        equal(await endLoad(first, begun, "stale"), "superseded");
        equal(await readText(second, "implied:1"), undefined);
      }
    },
  ),

  rule("a load that began after an invalidation lands", async ({ first, second }) => {
    await first.invalidate(["t"]);
    const begun = await beginLoad(second, "after:1", ["t"]);
    equal(await endLoad(second, begun, "fresh"), "stored");
    equal(await readText(first, "after:1", ["t"]), "fresh");
  }),

  rule(
    "a stamp serves a load for as long as it takes, whatever else is invalidated",
    async ({ first, second }) => {
      const begun = await beginLoad(first, "slow:1", ["t"]);
      for (let other = 0; other < 200; other += 1) await second.invalidate([`other ${other}`]);
      equal(await endLoad(first, begun, "v"), "stored");
      equal(await readText(second, "slow:1", ["t"]), "v");
    },
  ),

  rule("many invalidations of one tag are each seen", async ({ first, second }) => {
    for (let round = 0; round < 50; round += 1) {
      equal(await load(first, "often:1", `value ${round}`, ["t"]), "stored");
      equal(await readText(second, "often:1", ["t"]), `value ${round}`);
      await second.invalidate(["t"]);
      equal(await readText(first, "often:1", ["t"]), undefined);
    }
  }),

  rule(
    "a fresher value is not overwritten by a load that began earlier",
    async ({ first, second }) => {
      const earlier = await beginLoad(first, "race:1");
      const later = await beginLoad(second, "race:1");
      equal(await endLoad(second, later, "fresher", { ageMs: 0 }), "stored");
      equal(await endLoad(first, earlier, "older", { ageMs: 1_000 }), "superseded");
      equal(await readText(first, "race:1"), "fresher");
    },
  ),

  rule("a load that began earlier and ends earlier is replaced", async ({ first, second }) => {
    const earlier = await beginLoad(first, "turn:1");
    const later = await beginLoad(second, "turn:1");
    equal(await endLoad(first, earlier, "older"), "stored");
    equal(await endLoad(second, later, "fresher"), "stored");
    equal(await readText(first, "turn:1"), "fresher");
  }),

  rule(
    "a tag that only the loader found counts from the beginning of the load",
    async ({ first, second }) => {
      await first.invalidate(["found"]);
      const begun = await beginLoad(first, "finder:1");
      await second.invalidate(["found"]);
      const tags = [...begun.tags, "found"];
      equal(await endLoad(first, begun, "stale", { tags }), "superseded");
      equal(await readText(second, "finder:1", ["found"]), undefined);
    },
  ),

  rule(
    "a tag found by the loader and never seen before costs at most one more load",
    async ({ first, second }) => {
      const begun = await beginLoad(first, "novel:1");
      const tags = [...begun.tags, "novel"];
      const outcome = await endLoad(first, begun, "first", { tags });
      equal(
        await readText(second, "novel:1", ["novel"]),
        outcome === "stored" ? "first" : undefined,
      );
      const again = await beginLoad(second, "novel:1");
      equal(await endLoad(second, again, "second", { tags }), "stored");
      equal(await readText(first, "novel:1", ["novel"]), "second");
      await first.invalidate(["novel"]);
      equal(await readText(second, "novel:1", ["novel"]), undefined);
    },
  ),

  rule(
    "a value with a tag that its reader does not expect is judged by that tag too",
    async ({ first, second }) => {
      equal(await load(first, "hidden:1", "v", ["hidden"]), "stored");
      equal(await readText(second, "hidden:1"), "v");
      await first.invalidate(["hidden"]);
      equal(await readText(second, "hidden:1"), undefined);
    },
  ),

  rule(
    "lost epochs cost misses and never bring a stale value back",
    async ({ first, second, forgetEpochs }) => {
      if (forgetEpochs === undefined) return;
      await load(first, "lost:1", "stale", ["t"]);
      const begun = await beginLoad(first, "lost:2", ["t"]);
      await second.invalidate(["t"]);
      await forgetEpochs();
      equal(await readText(first, "lost:1", ["t"]), undefined);
      await endLoad(first, begun, "stale");
      equal(await readText(second, "lost:2", ["t"]), undefined);
      await load(first, "lost:1", "new", ["t"]);
      await load(first, "lost:1", "newer", ["t"]);
      equal(await readText(second, "lost:1", ["t"]), "newer");
    },
  ),

  rule(
    "a value whose epochs were lost is given only while it is valid",
    async ({ first, second, forgetEpochs }) => {
      if (forgetEpochs === undefined) return;
      await load(first, "kept:1", "v", ["t"]);
      await forgetEpochs();
      ok([undefined, "v"].includes(await readText(second, "kept:1", ["t"])));
      await second.invalidate(["t"]);
      equal(await readText(first, "kept:1", ["t"]), undefined);
    },
  ),
];
