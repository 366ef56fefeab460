import { type Advisor, formatDuration } from "@streamgate/core";
import type { TierStatistics } from "../statistics.ts";
import type { CacheReading } from "./reading.ts";
import { adviceOf, type Verdict } from "./verdict.ts";

/** Opened so often in the window, a breaker is no accident. */
const FLAPPING = 3;

/** Is a shared tier left alone because it fails, or taken up and dropped again and again? */
export const tierOpen: Advisor<CacheReading> = ({ statistics }) =>
  adviceOf(statistics, statistics.tiers.map(judge));

function judge({ name, breaker, breakerMs, recent }: TierStatistics): Verdict {
  const isClosed = breaker === "closed";
  if (isClosed && recent.opened < FLAPPING) {
    const explanation = `It answered ${recent.answers} calls; its breaker opened ${recent.opened} times.`;
    return { candidate: `mending the tier ${name}`, reason: "tier-answers", explanation };
  }
  return {
    kind: "cache/tier-open",
    object: name,
    severity: isClosed ? "medium" : "high",
    summary: isClosed
      ? `The breaker of ${name} opened ${recent.opened} times in the window.`
      : `The tier ${name} has been left alone for ${formatDuration(breakerMs)} because it fails; every process loads for itself.`,
    savedMs: 0,
    evidence: [
      { name: "calls that timed out", value: recent.timeouts, unit: "calls", rung: "measured" },
      { name: "calls that failed", value: recent.errors, unit: "calls", rung: "measured" },
      { name: "calls that were answered", value: recent.answers, unit: "calls", rung: "measured" },
      {
        name: "times that the breaker opened",
        value: recent.opened,
        unit: "times",
        rung: "measured",
      },
    ],
  };
}
