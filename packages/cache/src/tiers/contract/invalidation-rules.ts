import { equal } from "node:assert/strict";
import type { TierContractCase } from "./contract-case.ts";
import { load, readText } from "./loads.ts";
import { rule } from "./rule.ts";

export const INVALIDATION_RULES: readonly TierContractCase[] = [
  rule("an invalidation reaches all keys with the tag and no others", async ({ first, second }) => {
    await load(first, "reach:1", "one", ["shared"]);
    await load(second, "reach:2", "two", ["shared", "other"]);
    await load(first, "reach:3", "three", ["other"]);
    await first.invalidate(["shared"]);
    equal(await readText(second, "reach:1", ["shared"]), undefined);
    equal(await readText(second, "reach:2", ["shared", "other"]), undefined);
    equal(await readText(second, "reach:3", ["other"]), "three");
  }),

  rule(
    "an invalidated namespace loses all its keys and leaves the others",
    async ({ first, second }) => {
      await load(first, "left:1", "one");
      await load(first, "right:1", "two");
      await second.invalidate(["@left"]);
      equal(await readText(first, "left:1"), undefined);
      equal(await readText(first, "right:1"), "two");
    },
  ),

  rule("tags that nobody ever used can be invalidated", async ({ first, second }) => {
    await first.invalidate(["never seen", "#nobody:1", "@nowhere"]);
    equal(await load(second, "seen:1", "v", ["never seen"]), "stored");
    equal(await readText(first, "seen:1", ["never seen"]), "v");
  }),

  rule("an invalidation of no tags changes nothing", async ({ first, second }) => {
    await load(first, "none:1", "v", ["t"]);
    await second.invalidate([]);
    equal(await readText(first, "none:1", ["t"]), "v");
  }),

  rule("a tag named twice is invalidated once and for all", async ({ first, second }) => {
    await load(first, "twice:1", "v", ["t"]);
    await second.invalidate(["t", "t"]);
    equal(await readText(first, "twice:1", ["t"]), undefined);
    equal(await load(first, "twice:1", "w", ["t", "t"]), "stored");
    equal(await readText(second, "twice:1", ["t"]), "w");
  }),

  rule("ten thousand tags are invalidated by one call", async ({ first, second }) => {
    const tags = Array.from({ length: 10_000 }, (_, index) => `tag ${index}`);
    await load(first, "wide:1", "one", ["tag 0"]);
    await load(first, "wide:2", "two", ["tag 9999"]);
    await load(first, "wide:3", "three", ["tag 10000"]);
    for (let round = 0; round < 2; round += 1) {
      await second.invalidate(tags);
      equal(await readText(first, "wide:1", ["tag 0"]), undefined);
      equal(await readText(first, "wide:2", ["tag 9999"]), undefined);
      equal(await readText(first, "wide:3", ["tag 10000"]), "three");
      equal(await load(first, "wide:1", "one", ["tag 0"]), "stored");
    }
  }),

  rule("a value with a hundred tags falls with any of them", async ({ first, second }) => {
    const tags = Array.from({ length: 100 }, (_, index) => `of ${index}`);
    for (const tag of ["of 0", "of 57", "of 99"]) {
      equal(await load(first, "heavy:1", tag, tags), "stored");
      equal(await readText(second, "heavy:1", tags), tag);
      await second.invalidate([tag]);
      equal(await readText(first, "heavy:1", tags), undefined);
    }
  }),
];
