// What does a hit in memory cost, at once and awaited, against lru-cache and the other caches?
import { asynchronousContenders, synchronousContenders } from "./cache-hit/contenders.ts";
import type { Bench, BenchRow } from "./contract.ts";
import { interleave } from "./support/interleave.ts";
import { libraryVersions } from "./support/versions.ts";

const ROUNDS = 9;
const LEAST_SYNCHRONOUS = 1.1;
const LEAST_AWAITED = 0.95;
const OWN = "streamgate, 2 tags";
const RIVAL = "lru-cache get, ttl";

export const bench: Bench = {
  async measure(tell) {
    tell("hits that are answered at once");
    const synchronous = await interleave(await synchronousContenders(), {
      metric: "hit at once",
      rounds: ROUNDS,
      against: RIVAL,
    });
    tell("hits that are awaited");
    const awaited = await interleave(await asynchronousContenders(), {
      metric: "awaited hit",
      rounds: ROUNDS,
      against: RIVAL,
    });
    const [atOnce, later] = [advantage(synchronous), advantage(awaited)];
    return {
      versions: await libraryVersions([
        "lru-cache",
        "layered-loader",
        "async-cache-dedupe",
        "cache-manager",
        "cacheable",
        "bentocache",
      ]),
      rows: [...synchronous, ...awaited],
      verdict: {
        goal: `hits a CPU-second over lru-cache's: at least ${LEAST_SYNCHRONOUS} at once, ${LEAST_AWAITED} awaited`,
        value: `${atOnce.toFixed(2)} and ${later.toFixed(2)}`,
        met: atOnce >= LEAST_SYNCHRONOUS && later >= LEAST_AWAITED,
      },
    };
  },
};

function advantage(rows: readonly BenchRow[]): number {
  return 1 / (rows.find(({ subject }) => subject === OWN)?.ratio ?? Number.NaN);
}
