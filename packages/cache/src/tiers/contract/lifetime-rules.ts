import { equal, ok } from "node:assert/strict";
import type { TierContractCase } from "./contract-case.ts";
import { load, readOne } from "./loads.ts";
import { rule } from "./rule.ts";

/** Long enough for a slow machine to read in, short enough to wait for. */
const TTL_MS = 1_500;

export const LIFETIME_RULES: readonly TierContractCase[] = [
  rule(
    "a value within its time to live is fresh by what is left of it",
    async ({ first, second }) => {
      await load(first, "fresh:1", "v", [], { ttlMs: 60_000, graceMs: 60_000 });
      const freshMs = (await readOne(second, "fresh:1"))?.freshMs ?? Number.NaN;
      ok(freshMs > 0 && freshMs <= 60_000, `${freshMs} ms are left of 60,000`);
    },
  ),

  rule(
    "a value without grace is gone after its time to live",
    async ({ first, second, advance }) => {
      await load(first, "short:1", "v", [], { ttlMs: TTL_MS, graceMs: 0 });
      ok((await readOne(second, "short:1")) !== undefined);
      await advance(TTL_MS + 50);
      equal(await readOne(second, "short:1"), undefined);
    },
  ),

  rule(
    "a value within its grace is given with freshMs of 0 or less",
    async ({ first, advance }) => {
      await load(first, "grace:1", "v", [], { ttlMs: 50, graceMs: 60_000 });
      await advance(100);
      const found = await readOne(first, "grace:1");
      equal(found?.payload.bytes.toString(), "v");
      ok(found !== undefined && found.freshMs <= 0, "it counts as fresh");
    },
  ),

  rule("a value is gone after its grace", async ({ first, second, advance }) => {
    await load(first, "over:1", "v", [], { ttlMs: 50, graceMs: 50 });
    await advance(150);
    equal(await readOne(first, "over:1"), undefined);
    equal(await readOne(second, "over:1"), undefined);
  }),

  rule("an invalidation ends the grace too", async ({ first, second, advance }) => {
    await load(first, "ended:1", "v", ["t"], { ttlMs: 50, graceMs: 60_000 });
    await advance(100);
    await second.invalidate(["t"]);
    equal(await readOne(first, "ended:1", ["t"]), undefined);
  }),

  rule(
    "the age counts from the beginning of the load and grows",
    async ({ first, second, advance }) => {
      await load(first, "age:1", "v", [], { ageMs: 500 });
      const before = (await readOne(second, "age:1"))?.ageMs ?? Number.NaN;
      ok(before >= 499, `loaded 500 ms ago and ${before} ms old`);
      await advance(100);
      const after = (await readOne(second, "age:1"))?.ageMs ?? Number.NaN;
      ok(after >= before + 90, `100 ms later ${after} ms old, from ${before}`);
    },
  ),

  rule("a value that expired can be loaded anew", async ({ first, second, advance }) => {
    await load(first, "again:1", "old", [], { ttlMs: 50, graceMs: 0 });
    await advance(100);
    equal(await load(second, "again:1", "new"), "stored");
    equal((await readOne(first, "again:1"))?.payload.bytes.toString(), "new");
  }),
];
