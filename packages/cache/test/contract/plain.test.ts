import { AssertionError } from "node:assert";
import { tierContract } from "@streamgate/cache/contract";
import { describe, expect, test } from "vitest";
import { type Fault, plainTierUnderTest } from "./plain-tier.ts";

describe("the shortest tier that keeps the contract", () => {
  for (const rule of tierContract) test(rule.name, () => rule.run(() => plainTierUnderTest()));
});

/** Which rule must notice which fault; others may notice too. */
const NOTICED: Readonly<Record<Fault, string>> = {
  "does not judge a fill by its stamp":
    "a load that began before an invalidation of its tag never lands",
  "judges a fill and not the reads after it":
    "an invalidation reaches all keys with the tag and no others",
  "stamps found tags when it fills":
    "a tag that only the loader found counts from the beginning of the load",
  "lets an older load overwrite a fresher value":
    "a fresher value is not overwritten by a load that began earlier",
  "forgets the second tag": "ten thousand tags are invalidated by one call",
  "gives reads without the gaps": "values come in the order of the reads, with gaps and repeats",
  "drops a value at the end of its time to live":
    "a value within its grace is given with freshMs of 0 or less",
  "serves for ever": "a value is gone after its grace",
  "hands out its own bytes": "what the caller does to its bytes afterwards changes nothing",
  "gives a claim to everybody": "a claim is one process's",
  "does not fence": "a claim lapses, and the fill of its late holder is fenced",
  "keeps a claim that an invalidation made void":
    "a claim older than an invalidation of its tags is void",
  "never wakes anybody": "who waits is woken when the holder gives up",
  "goes on after close": "a closed tier rejects every call",
};

test.each(Object.entries(NOTICED))("a tier that %s breaks a rule", async (fault, name) => {
  const rule = tierContract.find((candidate) => candidate.name === name);
  expect(rule, name).toBeDefined();
  await expect(rule?.run(() => plainTierUnderTest(fault as Fault))).rejects.toThrow();
});

test.each([
  "does not judge a fill by its stamp",
  "lets an older load overwrite a fresher value",
] as const)("the orders of two loads find a tier that %s, and tell the order", async (fault) => {
  const rule = tierContract.find(({ name }) => name.startsWith("two loads with the same tags"));
  const failure = await rule?.run(() => plainTierUnderTest(fault)).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AssertionError);
  expect((failure as AssertionError).message).toMatch(/begin \d.*fill \d is stored/);
});

test("no two rules have the same name", () => {
  const names = tierContract.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
