// What does a hit in Redis cost against a bare GET and JSON.parse, and what does sending its bytes save over parsing them?

import { startTestRedis } from "../test/support/redis.ts";
import { measureBodies } from "./cache-l2/measure-bodies.ts";
import { measureReads } from "./cache-l2/measure-reads.ts";
import type { Bench } from "./contract.ts";
import { libraryVersions } from "./support/versions.ts";

const MOST_RATIO = 1.1;
const LEAST_SAVING = 4;

export const bench: Bench = {
  async measure(tell) {
    const redis = await startTestRedis({ isOwn: true });
    try {
      tell("hits of 1 KB, many at once and one by one");
      const reads = await measureReads(redis);
      tell("answers of 100 KB");
      const bodies = await measureBodies(redis);
      return {
        versions: await libraryVersions([
          "ioredis",
          "bentocache",
          "cacheable",
          "cache-manager",
          "async-cache-dedupe",
          "layered-loader",
        ]),
        rows: [...reads.rows, ...bodies.rows],
        verdict: {
          goal: `a 1 KB hit at most ${MOST_RATIO} × a bare GET with JSON.parse, 32 requests at a time; bytes at 100 KB at least ${LEAST_SAVING} × cheaper than parsing`,
          value: `${reads.ratio.toFixed(2)} (one by one ${reads.ratioOneByOne.toFixed(2)}); ${bodies.saving.toFixed(1)} ×`,
          met: reads.ratio <= MOST_RATIO && bodies.saving >= LEAST_SAVING,
        },
      };
    } finally {
      await redis.stop();
    }
  },
};
