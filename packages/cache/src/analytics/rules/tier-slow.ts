import { type Advisor, formatDuration } from "@streamgate/core";
import type { CacheStatistics, TierStatistics } from "../statistics.ts";
import type { CacheReading } from "./reading.ts";
import { adviceOf, percent, type Verdict } from "./verdict.ts";

const LEAST_ANSWERS = 100;
const LATE_SHARE = 0.01;
/** A tier should answer in a fraction of what the source needs. */
const SHARE_OF_LOAD = 0.5;

/** Is a shared tier so slow that asking it is hardly better than loading? */
export const tierSlow: Advisor<CacheReading> = ({ statistics }) =>
  adviceOf(
    statistics,
    statistics.tiers.map((tier) => judge(statistics, tier)),
  );

function judge({ namespaces }: CacheStatistics, { name, recent }: TierStatistics): Verdict {
  const candidate = `a faster tier than ${name}`;
  const calls = recent.answers + recent.timeouts;
  if (calls < LEAST_ANSWERS) {
    const explanation = `It was asked ${calls} times in the window; ${LEAST_ANSWERS} are needed to judge.`;
    return { candidate, reason: "too-few-calls", explanation };
  }
  const loads = namespaces.reduce((sum, each) => sum + each.recent.loadMs.count, 0);
  const spentMs = namespaces.reduce((sum, each) => sum + each.recent.loadMs.sum, 0);
  const meanLoadMs = loads === 0 ? Number.POSITIVE_INFINITY : spentMs / loads;
  const answerMs = recent.answerMs.mean;
  const late = recent.timeouts / calls;
  const isSlow = answerMs >= meanLoadMs * SHARE_OF_LOAD;
  if (!isSlow && late < LATE_SHARE) {
    const explanation = `It answers in ${formatDuration(answerMs)}, ${percent(late)} of the calls come too late.`;
    return { candidate, reason: "fast-enough", explanation };
  }
  const source = loads === 0 ? "" : `, a load from the source takes ${formatDuration(meanLoadMs)}`;
  return {
    kind: "cache/tier-slow",
    object: name,
    severity: "medium",
    summary: `The tier ${name} answers in ${formatDuration(answerMs)} on the average${source}, and ${percent(late)} of its calls time out.`,
    savedMs: isSlow ? recent.misses * answerMs : 0,
    evidence: [
      { name: "mean time of an answer", value: answerMs, unit: "ms", rung: "measured" },
      {
        name: "99th percentile of answers",
        value: recent.answerMs.p99,
        unit: "ms",
        rung: "measured",
      },
      { name: "calls that timed out", value: recent.timeouts, unit: "calls", rung: "measured" },
      ...(loads === 0
        ? []
        : [
            {
              name: "mean time of a load",
              value: meanLoadMs,
              unit: "ms",
              rung: "measured" as const,
            },
          ]),
    ],
  };
}
