import { deepEqual, equal } from "node:assert/strict";
import type { TierContractCase } from "./contract-case.ts";
import { implicitTags, load, readText } from "./loads.ts";
import { rule } from "./rule.ts";

export const READING_RULES: readonly TierContractCase[] = [
  rule("a key that nobody stored reads as undefined", async ({ first }) => {
    equal(await readText(first, "nothing:1"), undefined);
  }),

  rule("a read of nothing gives nothing", async ({ first }) => {
    deepEqual(await first.read([]), []);
  }),

  rule(
    "values come in the order of the reads, with gaps and repeats",
    async ({ first, second }) => {
      for (const id of ["1", "2", "3"]) await load(first, `order:${id}`, `value ${id}`);
      const ids = ["3", "absent", "1", "3", "gone", "2"];
      const found = await second.read(
        ids.map((id) => ({ key: `order:${id}`, tags: implicitTags(`order:${id}`) })),
      );
      const texts = found.map((value) => value?.payload.bytes.toString());
      deepEqual(texts, ["value 3", undefined, "value 1", "value 3", undefined, "value 2"]);
    },
  ),

  rule("five hundred keys in one read come back each to its own", async ({ first, second }) => {
    const ids = Array.from({ length: 500 }, (_, index) => index);
    await Promise.all(ids.filter(isEven).map((id) => load(first, `many:${id}`, String(id))));
    const found = await second.read(
      ids.map((id) => ({ key: `many:${id}`, tags: implicitTags(`many:${id}`) })),
    );
    const texts = found.map((value) => value?.payload.bytes.toString());
    deepEqual(
      texts,
      ids.map((id) => (isEven(id) ? String(id) : undefined)),
    );
  }),

  rule("a load replaces the value of the load before it", async ({ first, second }) => {
    equal(await load(first, "replace:1", "before", ["t"]), "stored");
    equal(await load(second, "replace:1", "after", ["u"]), "stored");
    equal(await readText(first, "replace:1"), "after");
    await first.invalidate(["t"]);
    equal(await readText(second, "replace:1"), "after");
    await first.invalidate(["u"]);
    equal(await readText(second, "replace:1"), undefined);
  }),
];

function isEven(number: number): boolean {
  return number % 2 === 0;
}
