import type { Advisor } from "@streamgate/core";
import type { NamespaceStatistics } from "../statistics.ts";
import type { CacheReading } from "./reading.ts";
import { adviceOf, judgeNamespaces, percent, severityOf, type Verdict } from "./verdict.ts";

const LEAST_WAITERS = 50;
const CROWDED = 5;
/** Who joins a load comes, on the average, in its middle. */
const WAITED_SHARE = 0.5;

/** Do many callers wait for the same load? They are spared by refreshing ahead or serving stale meanwhile. */
export const stampede: Advisor<CacheReading> = ({ statistics }) =>
  adviceOf(
    statistics,
    judgeNamespaces(statistics, "refreshing ahead", (namespace) =>
      judge(namespace, (savedMs) => severityOf(statistics, savedMs)),
    ),
  );

function judge(
  { name, recent }: NamespaceStatistics,
  severity: (savedMs: number) => ReturnType<typeof severityOf>,
): Verdict {
  const candidate = `refreshing ahead in ${name}`;
  const { joins, claimsWaited, claimWaitMs, lookups, loadMs } = recent;
  const waiters = joins + claimsWaited;
  const loads = Object.values(recent.loads).reduce((sum, count) => sum + count, 0);
  if (waiters < LEAST_WAITERS) {
    const explanation = `${waiters} callers waited for a load that another had begun.`;
    return { candidate, reason: "few-callers-wait", explanation };
  }
  const perLoad = waiters / Math.max(1, loads);
  if (perLoad < CROWDED) {
    const explanation = `${perLoad.toFixed(1)} callers a load waited, ${percent(waiters / lookups)} of the reads.`;
    return { candidate, reason: "few-callers-a-load", explanation };
  }
  const savedMs = joins * loadMs.mean * WAITED_SHARE + claimWaitMs;
  return {
    kind: "cache/stampede",
    object: name,
    severity: severity(savedMs),
    summary: `${perLoad.toFixed(1)} callers wait for every load of ${name}; serve the old value while one of them refreshes it, or refresh it ahead.`,
    savedMs,
    evidence: [
      { name: "callers that joined a load", value: joins, unit: "calls", rung: "measured" },
      {
        name: "waits for another process's load",
        value: claimsWaited,
        unit: "calls",
        rung: "measured",
      },
      { name: "loads", value: loads, unit: "calls", rung: "measured" },
      {
        name: "time that callers waited, in the window",
        value: savedMs,
        unit: "ms",
        rung: "estimated",
      },
    ],
  };
}
