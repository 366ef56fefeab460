// How many ids a CPU-second can the filter of known ids check, and how many absent ones does it let through at 10 bits an id?
import { makeIdSets } from "./cache-bloom/ids.ts";
import { measureIdSet } from "./cache-bloom/measure.ts";
import type { Bench } from "./contract.ts";

const IDS = 1_000_000;
const MILLION_CHECKS = 10;
const MOST_FALSE_POSITIVES_PERCENT = 1.1;

/**
 * Hashing is part of every check. The Set keeps the hash of a string that it has seen and so does not
 * hash it again from the second round on; it holds the strings themselves.
 */
export const bench: Bench = {
  async measure(tell) {
    tell(`making ${IDS} ids of two kinds`);
    const found = makeIdSets(IDS).map((ids) => measureIdSet(ids, tell));
    const checks = Math.min(...found.map(({ checksPerCpuSecond }) => checksPerCpuSecond));
    const mistaken = Math.max(...found.map(({ falsePositives }) => falsePositives));
    return {
      versions: { node: process.version },
      rows: found.flatMap(({ rows }) => rows),
      verdict: {
        goal: `at least ${MILLION_CHECKS} M checks a CPU-second and at most ${MOST_FALSE_POSITIVES_PERCENT} % false positives, on every kind of id`,
        value: `${checks.toFixed(1)} M and ${(mistaken * 100).toFixed(2)} %`,
        met: checks >= MILLION_CHECKS && mistaken * 100 <= MOST_FALSE_POSITIVES_PERCENT,
      },
    };
  },
};
