import { type Advisor, formatDuration } from "@streamgate/core";
import type { NamespaceStatistics } from "../statistics.ts";
import type { CacheReading } from "./reading.ts";
import {
  adviceOf,
  judgeNamespaces,
  percent,
  settingFix,
  severityOf,
  type Verdict,
} from "./verdict.ts";

const LEAST_RELOADS = 20;
const LEAST_EQUAL_SHARE = 0.9;
/** Twice the time to live spares half of the reloads. */
const LONGER = 2;

/** Are values loaded again and again though they have not changed? */
export const ttlTooShort: Advisor<CacheReading> = ({ statistics }) =>
  adviceOf(
    statistics,
    judgeNamespaces(statistics, "a longer time to live", (namespace) =>
      judge(namespace, (savedMs) => severityOf(statistics, savedMs)),
    ),
  );

function judge(
  { name, ttlMs, recent }: NamespaceStatistics,
  severity: (savedMs: number) => ReturnType<typeof severityOf>,
): Verdict {
  const candidate = `a longer time to live of ${name}`;
  const { equal, changed } = recent.reloads;
  const reloads = equal + changed;
  if (reloads < LEAST_RELOADS) {
    const explanation = `${reloads} values were loaded again in the window; ${LEAST_RELOADS} are needed to judge.`;
    return { candidate, reason: "too-few-reloads", explanation };
  }
  const share = equal / reloads;
  if (share < LEAST_EQUAL_SHARE) {
    const explanation = `${percent(1 - share)} of the values that were loaded again had changed.`;
    return { candidate, reason: "values-change", explanation };
  }
  const savedMs = equal * (1 - 1 / LONGER) * recent.loadMs.mean;
  return {
    kind: "cache/ttl-too-short",
    object: name,
    severity: severity(savedMs),
    summary: `${percent(share)} of ${reloads} reloads in ${name} brought the value that was there already${ttlMs > 0 ? ` (time to live ${formatDuration(ttlMs)})` : ""}.`,
    savedMs,
    evidence: [
      {
        name: "reloads that brought an equal value",
        value: equal,
        unit: "calls",
        rung: "measured",
      },
      {
        name: "reloads that brought another value",
        value: changed,
        unit: "calls",
        rung: "measured",
      },
      { name: "mean time of a load", value: recent.loadMs.mean, unit: "ms", rung: "measured" },
      {
        name: "time spared with twice the time to live, in the window",
        value: savedMs,
        unit: "ms",
        rung: "estimated",
      },
    ],
    ...(ttlMs > 0
      ? {
          fix: settingFix(
            `Keep values of ${name} for ${formatDuration(ttlMs * LONGER)}; what changes is invalidated as before.`,
            `namespaces.${name}.ttlMs`,
            { value: ttlMs * LONGER, previousValue: ttlMs },
          ),
        }
      : {}),
  };
}
