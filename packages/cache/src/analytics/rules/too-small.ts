import { type Advisor, formatByteSize } from "@streamgate/core";
import type { CacheStatistics, MemoryStatistics } from "../statistics.ts";
import type { CacheReading, SizePoint } from "./reading.ts";
import { adviceOf, percent, settingFix, severityOf, type Verdict } from "./verdict.ts";

/** More memory must answer at least this share of reads more. */
const LEAST_GAIN = 0.01;
const FULL_SHARE = 0.9;

/** Would more memory answer markedly more reads? Told by the measured hit-ratio curve. */
export const tooSmall: Advisor<CacheReading> = ({ statistics, curve }) =>
  adviceOf(statistics, [judge(statistics, curve)]);

function judge(statistics: CacheStatistics, curve: readonly SizePoint[] | undefined): Verdict {
  const { memory } = statistics;
  const present = curve?.find(({ multiple }) => multiple === 1);
  if (curve === undefined || present === undefined) {
    return decline("no-curve", "Too few reads were sampled to draw the hit-ratio curve.");
  }
  if (!isFull(memory)) {
    return decline(
      "memory-not-full",
      `${formatByteSize(memory.sizeBytes)} of ${formatByteSize(memory.maxBytes)} are used.`,
    );
  }
  const larger = curve
    .filter(({ multiple }) => multiple > 1)
    .toSorted((one, other) => one.multiple - other.multiple);
  const better = larger.find(({ hitRatio }) => hitRatio - present.hitRatio >= LEAST_GAIN);
  if (better === undefined) {
    const best = larger.at(-1) ?? present;
    return decline(
      "gain-too-small",
      `${best.multiple} times the memory would answer ${percent(best.hitRatio)} of reads, against ${percent(present.hitRatio)} now.`,
    );
  }
  return problemOf(statistics, present, better);
}

function problemOf(statistics: CacheStatistics, present: SizePoint, better: SizePoint): Verdict {
  const { memory, namespaces } = statistics;
  const lookups = namespaces.reduce((sum, { recent }) => sum + recent.lookups, 0);
  const misses = namespaces.reduce((sum, { recent }) => sum + recent.misses, 0);
  const spentMs = namespaces.reduce(
    (sum, { recent }) => sum + recent.misses * recent.loadMs.mean,
    0,
  );
  const gain = better.hitRatio - present.hitRatio;
  const fewer = Math.min(misses, gain * lookups);
  const savedMs = misses === 0 ? 0 : (spentMs / misses) * fewer;
  const maxBytes = Math.round(memory.maxBytes * better.multiple);
  const isBoundByBytes = Number.isFinite(maxBytes);
  return {
    kind: "cache/too-small",
    object: "memory",
    severity: severityOf(statistics, savedMs),
    summary: `Memory answers ${percent(present.hitRatio)} of reads; ${better.multiple} times the memory would answer ${percent(better.hitRatio)}.`,
    savedMs,
    evidence: [
      {
        name: "hit ratio at the present size",
        value: present.hitRatio,
        unit: "ratio",
        rung: "estimated",
      },
      {
        name: `hit ratio at ${better.multiple} times the size`,
        value: better.hitRatio,
        unit: "ratio",
        rung: "estimated",
      },
      { name: "reads in the window", value: lookups, unit: "calls", rung: "measured" },
      { name: "bytes in memory", value: memory.sizeBytes, unit: "bytes", rung: "measured" },
    ],
    ...(isBoundByBytes
      ? {
          fix: settingFix(
            `Let memory grow to ${formatByteSize(maxBytes)}.`,
            "memory.maxBytes",
            { value: maxBytes, previousValue: memory.maxBytes },
            maxBytes - memory.maxBytes,
          ),
        }
      : {}),
  };
}

function isFull({ entries, sizeBytes, maxEntries, maxBytes }: MemoryStatistics): boolean {
  return sizeBytes >= maxBytes * FULL_SHARE || entries >= maxEntries * FULL_SHARE;
}

function decline(reason: string, explanation: string): Verdict {
  return { candidate: "more memory", reason, explanation };
}
