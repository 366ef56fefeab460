// What does it cost to invalidate a tag of a million entries, and what do eight tags cost at a hit?
import { measureHits } from "./cache-tags/measure-hits.ts";
import { measureInvalidations } from "./cache-tags/measure-invalidations.ts";
import type { Bench } from "./contract.ts";
import { libraryVersions } from "./support/versions.ts";

const MOST_MS = 1;
const MOST_EXTRA = 0.2;

export const bench: Bench = {
  async measure(tell) {
    const invalidations = await measureInvalidations(tell);
    tell("hits of entries with eight tags and with none");
    const hits = await measureHits();
    const slowestMs = Math.max(invalidations.memoryMs, invalidations.redisMs);
    return {
      versions: await libraryVersions(["bentocache", "cacheable", "ioredis"]),
      rows: [...invalidations.rows, ...hits.rows],
      verdict: {
        goal: `a tag of a million members invalidated in at most ${MOST_MS} ms without looking at a key; eight tags cost a hit at most ${MOST_EXTRA * 100} % more`,
        value: `${slowestMs.toFixed(2)} ms, ${invalidations.keysTouched} keys besides the tag's epoch; ${(hits.extra * 100).toFixed(1)} %`,
        met: slowestMs <= MOST_MS && invalidations.keysTouched === 0 && hits.extra <= MOST_EXTRA,
      },
    };
  },
};
