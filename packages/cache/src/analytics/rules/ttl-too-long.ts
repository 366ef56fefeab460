import { type Advisor, formatDuration } from "@streamgate/core";
import type { CacheStatistics, NamespaceStatistics } from "../statistics.ts";
import type { CacheReading } from "./reading.ts";
import { adviceOf, judgeNamespaces, percent, settingFix, type Verdict } from "./verdict.ts";

const LEAST_HITS = 1_000;
const LEAST_ENDS = 50;
/** Nearly all hits come before this many tenths of the time to live have passed. */
const YOUNG_TENTHS = 2;
const YOUNG_SHARE = 0.99;
const INVALIDATED_SHARE = 0.8;
const SHORTER = 2;

/** Does the time to live end nothing, because values are used only when young or invalidated before it is over? */
export const ttlTooLong: Advisor<CacheReading> = ({ statistics }) =>
  adviceOf(
    statistics,
    judgeNamespaces(statistics, "a shorter time to live", (namespace) =>
      judge(statistics, namespace),
    ),
  );

function judge(statistics: CacheStatistics, namespace: NamespaceStatistics): Verdict {
  const { name, ttlMs, recent } = namespace;
  const decline = (reason: string, explanation: string): Verdict => ({
    candidate: `a shorter time to live of ${name}`,
    reason,
    explanation,
  });
  const { invalidated, expired } = recent.evictions;
  const ends = invalidated + expired;
  const endedByHand = ends === 0 ? 0 : invalidated / ends;
  if (ends >= LEAST_ENDS && endedByHand >= INVALIDATED_SHARE)
    return endless(namespace, endedByHand);

  const hits = recent.ageAtHit.reduce((sum, each) => sum + each, 0);
  if (hits < LEAST_HITS) {
    return decline("too-few-hits", `${hits} hits lie behind the ages; ${LEAST_HITS} are needed.`);
  }
  if (ttlMs <= 0 || statistics.uptimeMs < ttlMs) {
    return decline("too-early", "The cache has not run for a whole time to live yet.");
  }
  const young = recent.ageAtHit.slice(0, YOUNG_TENTHS).reduce((sum, each) => sum + each, 0);
  const share = young / hits;
  if (share < YOUNG_SHARE) {
    return decline(
      "old-values-are-used",
      `${percent(1 - share)} of the hits came after ${YOUNG_TENTHS * 10} % of the time to live.`,
    );
  }
  return unusedAge(namespace, share);
}

/** Invalidation does the work, and the time to live is only a net below it. */
function endless({ name, recent }: NamespaceStatistics, share: number): Verdict {
  return {
    kind: "cache/ttl-too-long",
    object: name,
    severity: "info",
    summary: `${percent(share)} of the entries of ${name} are invalidated before their time to live is over; it only bounds what a forgotten invalidation would cost.`,
    savedMs: 0,
    evidence: [
      {
        name: "entries invalidated",
        value: recent.evictions.invalidated,
        unit: "entries",
        rung: "measured",
      },
      {
        name: "entries expired",
        value: recent.evictions.expired,
        unit: "entries",
        rung: "measured",
      },
    ],
  };
}

function unusedAge({ name, ttlMs, recent }: NamespaceStatistics, share: number): Verdict {
  return {
    kind: "cache/ttl-too-long",
    object: name,
    severity: "low",
    summary: `${percent(share)} of the hits in ${name} come within ${formatDuration((ttlMs * YOUNG_TENTHS) / 10)} of the load, and its values are kept for ${formatDuration(ttlMs)}.`,
    savedMs: 0,
    evidence: [
      {
        name: `share of hits before ${YOUNG_TENTHS * 10} % of the time to live`,
        value: share,
        unit: "ratio",
        rung: "estimated",
      },
      { name: "reads in the window", value: recent.lookups, unit: "calls", rung: "measured" },
    ],
    fix: settingFix(
      `Keep values of ${name} for ${formatDuration(ttlMs / SHORTER)}: hardly a hit is lost, and memory and staleness fall.`,
      `namespaces.${name}.ttlMs`,
      { value: ttlMs / SHORTER, previousValue: ttlMs },
    ),
  };
}
