import type { Advisor } from "@streamgate/core";
import type { NamespaceStatistics } from "../statistics.ts";
import type { CacheReading } from "./reading.ts";
import { adviceOf, judgeNamespaces, percent, type Verdict } from "./verdict.ts";

const LEAST_HITS = 1_000;
const HOT_SHARE = 0.25;
const VERY_HOT_SHARE = 0.5;

/** Does one key take a large share of a namespace's hits? Its expiry is then felt by all. */
export const hotKey: Advisor<CacheReading> = ({ statistics }) =>
  adviceOf(statistics, judgeNamespaces(statistics, "care for a hot key", judge));

function judge({ name, hotKeys, recent }: NamespaceStatistics): Verdict {
  const candidate = `care for a hot key of ${name}`;
  const [hottest] = hotKeys;
  if (hottest === undefined || recent.memoryHits < LEAST_HITS) {
    const explanation = `${recent.memoryHits} hits in the window; ${LEAST_HITS} are needed to judge.`;
    return { candidate, reason: "too-few-hits", explanation };
  }
  if (hottest.share < HOT_SHARE) {
    const explanation = `The hottest key takes ${percent(hottest.share)} of the hits.`;
    return { candidate, reason: "hits-are-spread", explanation };
  }
  return {
    kind: "cache/hot-key",
    object: `${name}:${hottest.key}`,
    severity: hottest.share >= VERY_HOT_SHARE ? "low" : "info",
    summary: `The key ${hottest.key} takes ${percent(hottest.share)} of the hits in ${name}; refresh it ahead of its expiry, so that no caller waits for it.`,
    savedMs: 0,
    evidence: [
      { name: "share of the sampled hits", value: hottest.share, unit: "ratio", rung: "estimated" },
      { name: "hits of the namespace", value: recent.memoryHits, unit: "calls", rung: "measured" },
    ],
  };
}
