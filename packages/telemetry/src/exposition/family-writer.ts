import { HistogramSeries } from "../metrics/histogram-series.ts";
import type { AnyMetric, AnySeries } from "../metrics/registry.ts";
import type { SeriesSlot } from "../metrics/series-table.ts";
import type { ByteWriter } from "./byte-writer.ts";
import { HistogramWriter } from "./histogram-writer.ts";
import type { ExpositionFormat } from "./negotiate.ts";
import { escapeHelp, escapeQuoted, formatNumber } from "./text-values.ts";

const MS_PER_SECOND = 1000;

/** Writes the series of one metric. */
export class FamilyWriter {
  private readonly metric: AnyMetric;
  private readonly format: ExpositionFormat;
  private readonly out: ByteWriter;
  private readonly labelStarts: readonly string[];
  private readonly histograms: HistogramWriter | undefined;

  constructor(metric: AnyMetric, format: ExpositionFormat, out: ByteWriter) {
    this.metric = metric;
    this.format = format;
    this.out = out;
    this.labelStarts = metric.labelNames.map((name, place) => `${place === 0 ? "" : ","}${name}="`);
    this.histograms =
      metric.kind === "histogram" ? new HistogramWriter(metric.definition, format, out) : undefined;
  }

  /** The lines that say what the metric is. */
  head(): void {
    const { name, help, unit = "" } = this.metric.definition;
    const isOpenMetrics = this.format === "openmetrics";
    const shown = isOpenMetrics ? name : this.valueName();
    const escaped = isOpenMetrics ? escapeQuoted(help) : escapeHelp(help);
    this.out.text(`# HELP ${shown} ${escaped}\n# TYPE ${shown} ${this.metric.kind}\n`);
    if (isOpenMetrics && unit !== "") this.out.text(`# UNIT ${shown} ${unit}\n`);
  }

  /** All lines of one series, as it is at this instant. */
  series(series: AnySeries, slot: SeriesSlot): void {
    const labels = this.labels(slot);
    if (series instanceof HistogramSeries) this.histograms?.series(series, labels);
    else this.scalar(series.value, labels);
    if (this.format === "openmetrics" && this.metric.kind !== "gauge")
      this.created(series.startedAtMs, labels);
  }

  private scalar(value: number, labels: string): void {
    const shown = labels === "" ? "" : `{${labels}}`;
    this.out.text(`${this.valueName()}${shown} ${formatNumber(value)}\n`);
  }

  private created(startedAtMs: number, labels: string): void {
    const shown = labels === "" ? "" : `{${labels}}`;
    const { name } = this.metric.definition;
    this.out.text(`${name}_created${shown} ${startedAtMs / MS_PER_SECOND}\n`);
  }

  private valueName(): string {
    const { name } = this.metric.definition;
    return this.metric.kind === "counter" ? `${name}_total` : name;
  }

  private labels(slot: SeriesSlot): string {
    const { labelStarts, metric } = this;
    let text = "";
    for (let place = 0; place < labelStarts.length; place += 1)
      text += `${labelStarts[place]}${escapeQuoted(metric.table.labelAt(slot, place))}"`;
    return text;
  }
}
