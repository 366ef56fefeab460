import { equal, rejects } from "node:assert/strict";
import type { TierContractCase } from "./contract-case.ts";
import { beginLoad, endLoad, implicitTags, load, readText } from "./loads.ts";
import { rule } from "./rule.ts";

export const CLOSING_RULES: readonly TierContractCase[] = [
  rule("a tier has a name", async ({ first, second }) => {
    equal(first.name.length > 0, true);
    equal(first.name, second.name);
  }),

  rule("closing twice is closing once", async ({ first }) => {
    await first.close();
    await first.close();
    await Promise.all([first.close(), first.close()]);
  }),

  rule("closing before the first use is fine", async ({ first, second }) => {
    await first.close();
    equal(await load(second, "early:1", "v"), "stored");
  }),

  rule("one process closes and the others go on", async ({ first, second }) => {
    await load(first, "other:1", "v");
    await first.close();
    equal(await readText(second, "other:1"), "v");
    equal(await load(second, "other:1", "w"), "stored");
  }),

  rule("a closed tier rejects every call", async ({ first }) => {
    const begun = await beginLoad(first, "closed:1");
    await first.close();
    await rejects(first.read([{ key: "closed:1", tags: implicitTags("closed:1") }]));
    await rejects(first.begin({ key: "closed:1", tags: implicitTags("closed:1") }));
    await rejects(endLoad(first, begun, "v"));
    await rejects(first.invalidate(["t"]));
    if (first.claims === undefined) return;
    await rejects(first.claims.renew("closed:1", "a", 1_000));
    await rejects(first.claims.release("closed:1", "a"));
  }),
];
