import type { Chart, Trend, TrendList, TrendsQuery } from "@streamgate/contract";
import { mannKendall, median, theilSen } from "@streamgate/telemetry/statistics";
import { readChart } from "../charts/read-chart.ts";
import { measured } from "../figures/figure.ts";
import type { Platform } from "../platform/platform.ts";
import { readRange } from "../ranges/read-range.ts";
import { alignRange } from "../ranges/steps.ts";
import { rangeView } from "../ranges/time-range.ts";
import { ANALYSED, type Analysed, labelsOf, ofService } from "./analysed.ts";

const DAY_MS = 86_400_000;
/** With fewer values nothing is said of a trend. */
const LEAST_VALUES = 12;
const CONFIDENCE = 0.95;
/** Chance that what has no trend is said to have one; many figures are looked at. */
const SIGNIFICANCE = 0.001;
const MOST_LINES = 8;

/** How the main figures go over a range: those of memory alone, where `ids` says so. */
export async function listTrends(
  platform: Pick<Platform, "clock" | "monitor" | "series">,
  query: TrendsQuery & { readonly instance?: string },
  ids?: readonly string[],
): Promise<TrendList> {
  const range = alignRange(await readRange(platform, query));
  const wanted = ANALYSED.filter(({ id }) => ids === undefined || ids.includes(id));
  const trends = await Promise.all(
    wanted.map(async (analysed) => {
      const { chart } = await readChart(platform.series, {
        ...analysed,
        where: [
          ...ofService(analysed.where, query.service),
          ...(query.instance === undefined ? [] : [{ label: "instance", is: query.instance }]),
        ],
        by: labelsOf(analysed),
        range: { ...range, compared: null },
        limit: MOST_LINES,
      });
      return chart.lines.flatMap((_, line) => trendOf(analysed, chart, line) ?? []);
    }),
  );
  return { range: rangeView(range), items: trends.flat() };
}

/**
 * The trend of one line: its slope a day with its interval (Theil–Sen), and whether it is one at all (Mann–Kendall with the
 * correction for autocorrelation); undefined where too little is known.
 */
export function trendOf(analysed: Analysed, chart: Chart, line: number): Trend | undefined {
  const { id, title, unit } = analysed;
  const only = chart.lines[line];
  if (only === undefined) return undefined;
  const known = only.values.flatMap((value, step) => (value === null ? [] : [{ value, step }]));
  if (known.length < LEAST_VALUES) return undefined;
  const values = known.map(({ value }) => value);
  const test = mannKendall(values);
  const { slope, low, high } = theilSen(values, {
    times: known.map(({ step }) => (step * chart.stepMs) / DAY_MS),
    confidence: CONFIDENCE,
    varianceInflation: test.varianceInflation,
  });
  const isTrend = Math.min(test.risingPValue, 1 - test.risingPValue) < SIGNIFICANCE / 2;
  return {
    id,
    title,
    labels: only.labels,
    level: measured(median(values), unit),
    slopePerDay: { value: slope, unit, rung: "estimated", low, high },
    isReal: isTrend && (low > 0 || high < 0),
    chart: { ...chart, lines: [only] },
  };
}
