import type { ChartLine, ComparedFigure, Comparison, ComparisonQuery } from "@streamgate/contract";
import { type Random, seededRandom } from "@streamgate/core";
import { mannWhitney } from "@streamgate/telemetry/statistics";
import { readChart } from "../charts/read-chart.ts";
import { measured } from "../figures/figure.ts";
import type { Platform } from "../platform/platform.ts";
import { readRange } from "../ranges/read-range.ts";
import { alignRange } from "../ranges/steps.ts";
import { rangeView } from "../ranges/time-range.ts";
import { ANALYSED, type Analysed, ofService } from "./analysed.ts";
import { listMarkers } from "./list-markers.ts";

/** With fewer steps on a side nothing is said. */
const LEAST_STEPS = 8;
const SIGNIFICANCE = 0.01;
/** A difference that is real and smaller than this is no news. */
const LEAST_CHANGE = 0.05;
const RESAMPLES = 400;
const SEED = 20_260_101;

/** The main figures over a range and the one that it is compared with, side by side. */
export async function compareRanges(
  platform: Pick<Platform, "clock" | "monitor" | "series">,
  query: ComparisonQuery,
): Promise<Comparison> {
  const compare = query.compare ?? "previous";
  const range = alignRange(await readRange(platform, { ...query, compare }));
  const figures = await Promise.all(
    ANALYSED.map(async (analysed) => {
      const { chart } = await readChart(platform.series, {
        ...analysed,
        where: ofService(analysed.where, query.service),
        by: [],
        range,
      });
      const before = chart.compared?.[0];
      return compareLines(analysed, before, chart.lines[0], seededRandom(SEED));
    }),
  );
  const markers = await listMarkers(platform, {
    fromMs: Math.min(range.fromMs, range.compared?.fromMs ?? range.fromMs),
    toMs: range.toMs,
    service: query.service,
  });
  return { range: rangeView(range), figures, markers };
}

/**
 * Whether a figure changed, by the ranks of its steps (Mann–Whitney), and by how much, with an interval by resampling blocks of
 * neighbouring steps, which resemble each other (H. R. Künsch, "The jackknife and the bootstrap for general stationary
 * observations", Annals of Statistics 17, 1989).
 */
export function compareLines(
  { id, title, unit, better }: Analysed,
  before: ChartLine | undefined,
  after: ChartLine | undefined,
  random: Random,
): ComparedFigure {
  const old = known(before);
  const now = known(after);
  const shown = {
    id,
    title,
    before: measured(meanOf(old), unit),
    after: measured(meanOf(now), unit),
  };
  const isEnough = Math.min(old.length, now.length) >= LEAST_STEPS;
  const ratio = (meanOf(now) ?? Number.NaN) / (meanOf(old) ?? Number.NaN);
  if (!isEnough || !Number.isFinite(ratio))
    return { ...shown, ratio: measured(null, "ratio"), verdict: "too little data" };
  const { low, high } = ratioInterval(old, now, random);
  const isReal = mannWhitney(old, now).pValue < SIGNIFICANCE && Math.abs(ratio - 1) >= LEAST_CHANGE;
  return {
    ...shown,
    ratio: { ...measured(ratio, "ratio"), low, high },
    verdict: verdictOf(isReal, ratio > 1, better),
  };
}

function verdictOf(
  isReal: boolean,
  isMore: boolean,
  better: Analysed["better"],
): ComparedFigure["verdict"] {
  if (!isReal || better === "none") return "no change";
  return isMore === (better === "more") ? "better" : "worse";
}

function known(line: ChartLine | undefined): readonly number[] {
  return (line?.values ?? []).filter((value) => value !== null);
}

function meanOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function ratioInterval(
  old: readonly number[],
  now: readonly number[],
  random: Random,
): { readonly low: number; readonly high: number } {
  const ratios: number[] = [];
  for (let sample = 0; sample < RESAMPLES; sample += 1) {
    const ratio = meanOfBlocks(now, random) / meanOfBlocks(old, random);
    if (Number.isFinite(ratio)) ratios.push(ratio);
  }
  ratios.sort((left, right) => left - right);
  const at = (share: number): number => ratios[Math.floor(share * (ratios.length - 1))] ?? 1;
  return { low: at(0.025), high: at(0.975) };
}

function meanOfBlocks(values: readonly number[], random: Random): number {
  const length = Math.max(1, Math.round(Math.cbrt(values.length)));
  let sum = 0;
  let count = 0;
  while (count < values.length) {
    const start = random.integer(values.length);
    for (let offset = 0; offset < length && count < values.length; offset += 1, count += 1)
      sum += values[(start + offset) % values.length] ?? 0;
  }
  return sum / count;
}
