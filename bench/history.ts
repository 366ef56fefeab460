// Does a history that takes 100,000 points a minute lose what it acknowledged when its store is killed, how much space does it take, and how fast is it read?
import type { Bench, BenchRow } from "./contract.ts";
import { measureDays } from "./history/measure-days.ts";
import { measureEndurance } from "./history/measure-endurance.ts";
import { measurePacking } from "./history/measure-packing.ts";
import { medianOf } from "./support/cost.ts";
import { libraryVersions } from "./support/versions.ts";

const SECONDS = Number(process.env.STREAMGATE_BENCH_SECONDS ?? 90);
const KILLS = Math.max(3, Math.round(SECONDS / 300));
const MOST_READ_MS = 50;
/** Series of 100,000 points a minute. */
const SERIES = 1_667;
/** Points a series of each tier, with the partition that is being filled. */
const KEPT_POINTS = {
  "1s": (2 * 3_600_000 + 1_800_000) / 1_000,
  "10s": (2 * 86_400_000 + 21_600_000) / 10_000,
  "5m": (32 * 86_400_000) / 300_000,
  "1h": (432 * 86_400_000) / 3_600_000,
} as const;

export const bench: Bench = {
  async measure(tell) {
    const packing = await measurePacking(tell);
    const days = await measureDays(tell);
    const run = await measureEndurance(SECONDS, KILLS, tell);
    const p95Ms = days.readsMs[Math.ceil(days.readsMs.length * 0.95) - 1] ?? Number.NaN;
    const bytesAPoint = { ...packing.bytesAPoint, ...days.bytesAPoint };
    const keptBytes = (Object.keys(KEPT_POINTS) as (keyof typeof KEPT_POINTS)[]).reduce(
      (sum, tier) => sum + KEPT_POINTS[tier] * bytesAPoint[tier] * SERIES,
      0,
    );
    const isExact =
      run.lost.length + run.differences.length + days.differences.length + run.dropped === 0;
    const isBounded =
      run.bytes <= run.limitBytes &&
      days.limitedBytes <= days.limitBytes &&
      days.overdue.length === 0;
    for (const what of [...run.lost, ...run.differences, ...days.differences].slice(0, 20))
      tell(what);
    const row = (metric: string, unit: string, value: number): BenchRow => ({
      subject: "history",
      metric,
      unit,
      median: value,
      best: value,
      ratio: 1,
    });
    return {
      versions: await libraryVersions(["pg"]),
      rows: [
        ...packing.rows,
        row("on disk, 10 s tier", "bytes a point", bytesAPoint["10s"]),
        row("on disk, 5 min tier", "bytes a point", bytesAPoint["5m"]),
        row("on disk, 1 h tier", "bytes a point", bytesAPoint["1h"]),
        row("on disk, 100,000 points a minute by the default retention", "MB", keptBytes / 1e6),
        row("read of 30 days, median", "ms", medianOf(days.readsMs)),
        row("read of 30 days, p95", "ms", p95Ms),
        row("read of 30 days, reader and store", "ms CPU", days.readCpuMs),
        row("writer", "share of a core", run.writerShare),
        row("store", "share of a core", run.storeShare),
        row("most points that waited", "points", run.mostWaiting),
        row("written", "points a minute", run.pointsAMinute),
      ],
      verdict: {
        goal: `100,000 points a minute, the store killed ${KILLS} times in ${SECONDS} s: nothing acknowledged lost, all tiers equal to what was written, size within its limit, 30 days read in ${MOST_READ_MS} ms (p95)`,
        value: `${run.acknowledged} acknowledged, ${run.lost.length} kills with a loss, ${run.dropped} dropped, ${run.differences.length + days.differences.length} series that differ; ${(run.bytes / 1e6).toFixed(0)} of ${run.limitBytes / 1e6} MB and ${(days.limitedBytes / 1e6).toFixed(1)} of ${days.limitBytes / 1e6} MB, ${days.overdue.length} tiers past their retention; p95 ${p95Ms.toFixed(1)} ms`,
        met: isExact && isBounded && p95Ms < MOST_READ_MS && run.pointsAMinute >= 100_000,
      },
    };
  },
};
