import { type Advisor, formatByteSize } from "@streamgate/core";
import type { NamespaceStatistics } from "../statistics.ts";
import type { CacheReading } from "./reading.ts";
import { adviceOf, judgeNamespaces, percent, type Verdict } from "./verdict.ts";

const LEAST_LOOKUPS = 500;
const LEAST_HIT_RATIO = 0.05;
const LEAST_EVICTIONS = 100;
const UNUSED_SHARE = 0.8;

/** Is a namespace cached for nothing, or filled mostly with what nobody asks for again? */
export const neverHit: Advisor<CacheReading> = ({ statistics }) =>
  adviceOf(statistics, judgeNamespaces(statistics, "caching less", judge));

function judge(namespace: NamespaceStatistics): Verdict {
  const { name, sizeBytes, recent } = namespace;
  const { lookups, hitRatio, evictions, neverHit: unused } = recent;
  const ended = evictions.size + evictions.pressure + evictions.expired;
  if (lookups >= LEAST_LOOKUPS && hitRatio < LEAST_HIT_RATIO) {
    return {
      kind: "cache/never-hit",
      object: name,
      severity: "medium",
      summary: `Only ${percent(hitRatio)} of ${lookups} reads of ${name} were answered by the cache; its ${formatByteSize(sizeBytes)} would serve others better.`,
      savedMs: 0,
      evidence: [
        { name: "hit ratio", value: hitRatio, unit: "ratio", rung: "measured" },
        { name: "reads in the window", value: lookups, unit: "calls", rung: "measured" },
        { name: "bytes in memory", value: sizeBytes, unit: "bytes", rung: "measured" },
      ],
    };
  }
  if (ended >= LEAST_EVICTIONS && unused / ended >= UNUSED_SHARE) {
    return {
      kind: "cache/never-hit",
      object: name,
      severity: "low",
      summary: `${percent(unused / ended)} of the entries that left ${name} had never been hit.`,
      savedMs: 0,
      evidence: [
        {
          name: "entries that left without a hit",
          value: unused,
          unit: "entries",
          rung: "measured",
        },
        {
          name: "entries that expired or were evicted",
          value: ended,
          unit: "entries",
          rung: "measured",
        },
      ],
    };
  }
  const candidate = `caching less of ${name}`;
  if (lookups < LEAST_LOOKUPS && ended < LEAST_EVICTIONS) {
    const explanation = `${lookups} reads and ${ended} evictions in the window are too few to judge.`;
    return { candidate, reason: "too-little-traffic", explanation };
  }
  const explanation = `${percent(hitRatio)} of the reads were answered, and ${unused} of ${ended} entries left without a hit.`;
  return { candidate, reason: "entries-are-hit", explanation };
}
