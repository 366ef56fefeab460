import { subtractHistograms } from "../metrics/histogram-operations.ts";
import type { MetricFamily, SeriesData } from "../metrics/metric-family.ts";

/** Makes of cumulative series what came since the last time; gauges pass as they are. */
export class Deltas {
  private last = new Map<string, SeriesData>();
  private present = new Map<string, SeriesData>();

  /** What came since the last reading in each of these families. */
  since(families: readonly MetricFamily[]): readonly MetricFamily[] {
    return families.map((family) =>
      family.kind === "gauge"
        ? family
        : { ...family, series: family.series.map((series) => this.sinceSeries(family, series)) },
    );
  }

  /** All families of one reading were asked for; series that were not among them are forgotten. */
  endReading(): void {
    this.last = this.present;
    this.present = new Map();
  }

  private sinceSeries({ name }: MetricFamily, series: SeriesData): SeriesData {
    const key = `${name} ${JSON.stringify(series.labels)}`;
    const before = this.last.get(key);
    this.present.set(key, series);
    return before === undefined ? series : subtract(series, before);
  }
}

/** A series that began anew counts from its new beginning. */
function subtract(later: SeriesData, earlier: SeriesData): SeriesData {
  const { labels } = later;
  if ("histogram" in later && "histogram" in earlier) {
    return {
      labels,
      histogram: subtractHistograms(later.histogram, earlier.histogram) ?? later.histogram,
    };
  }
  if ("value" in later && "value" in earlier && later.value >= earlier.value) {
    return { labels, value: later.value - earlier.value };
  }
  return later;
}
