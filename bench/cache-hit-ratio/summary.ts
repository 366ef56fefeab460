import type { BenchRow } from "../contract.ts";
import { CONTENDERS, DEFAULT_POLICY } from "./contenders.ts";
import { gapClosed, pointsOverLru, type Standing } from "./standing.ts";

export interface Summary {
  readonly rows: readonly BenchRow[];
  /** Mean over the recorded traces, in %; undefined without them. */
  readonly gapClosedOnReal: number | undefined;
  readonly worst: { readonly points: number; readonly where: string };
}

export function summarise(standings: readonly Standing[]): Summary {
  const real = standings.filter(({ trace }) => trace.isReal);
  return {
    rows: Object.keys(CONTENDERS).flatMap((subject) => summaryRows(subject, standings, real)),
    gapClosedOnReal: real.length === 0 ? undefined : meanGapClosed(real, DEFAULT_POLICY),
    worst: worstOf(standings, DEFAULT_POLICY),
  };
}

/** The ratios: the optimum closes all of the gap, and LRU is as good as LRU. */
function summaryRows(
  subject: string,
  standings: readonly Standing[],
  real: readonly Standing[],
): readonly BenchRow[] {
  const { points, where, ratio } = worstOf(standings, subject);
  const worst: BenchRow = {
    subject,
    metric: `worst row against LRU: ${where}`,
    unit: "points",
    median: points,
    best: points,
    ratio,
  };
  if (real.length === 0) return [worst];
  const mean = meanGapClosed(real, subject);
  const best = Math.max(...real.map((standing) => gapClosed(standing, subject)));
  const least = Math.min(...real.map((standing) => gapClosed(standing, subject)));
  const row = { subject, unit: "%", best };
  return [
    { ...row, metric: "gap closed on real traces, mean", median: mean, ratio: mean / 100 },
    { ...row, metric: "gap closed on real traces, worst row", median: least, ratio: least / 100 },
    worst,
  ];
}

function meanGapClosed(standings: readonly Standing[], subject: string): number {
  const sum = standings.reduce((total, standing) => total + gapClosed(standing, subject), 0);
  return sum / standings.length;
}

function worstOf(
  standings: readonly Standing[],
  subject: string,
): { readonly points: number; readonly where: string; readonly ratio: number } {
  const ranked = standings.map((standing) => {
    const percent = standing.percentOf.get(subject) ?? 0;
    const points = pointsOverLru(standing, subject);
    const lru = percent - points;
    const where = `${standing.trace.name}, ${standing.size} entries`;
    return { points, where, ratio: points === 0 ? 1 : percent / Math.max(lru, Number.EPSILON) };
  });
  const [worst] = ranked.sort((a, b) => a.points - b.points);
  return worst ?? { points: 0, where: "none", ratio: 1 };
}
