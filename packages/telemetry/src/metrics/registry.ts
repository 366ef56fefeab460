import { type Clock, systemClock } from "@streamgate/core";
import { checkDefinition, type HistogramDefinition, type MetricDefinition } from "./definition.ts";
import { badRegistryOption, metricConflict } from "./errors.ts";
import { type HistogramMemory, sharedMemory } from "./histogram-memory.ts";
import { HistogramSeries } from "./histogram-series.ts";
import { Metric } from "./metric.ts";
import { differenceBetween, nameClash } from "./metric-conflict.ts";
import type { MetricFamily, MetricKind, SeriesData } from "./metric-family.ts";
import { NumberRecords } from "./number-records.ts";
import { CounterSeries, GaugeSeries, SCALAR_NUMBERS } from "./scalar-series.ts";
import type { SeriesSlot } from "./series-table.ts";

/** How a registry is made. */
export interface RegistryOptions {
  /**
   * Series that one metric may have, at least 1; further label sets share one whose labels all say `_other`.
   *
   * @default 2000
   */
  readonly maxSeriesPerMetric?: number;
  /** @default the system's */
  readonly clock?: Clock;
}

const DEFAULTS: Required<RegistryOptions> = { maxSeriesPerMetric: 2000, clock: systemClock };

export type Counter<Names extends readonly string[] = readonly string[]> = Metric<
  Names,
  CounterSeries
>;
export type Gauge<Names extends readonly string[] = readonly string[]> = Metric<Names, GaugeSeries>;
export type Histogram<Names extends readonly string[] = readonly string[]> = Metric<
  Names,
  HistogramSeries
>;

/** One set of label values of a metric, whatever its kind. */
export type AnySeries = CounterSeries | GaugeSeries | HistogramSeries;

/** A metric of a registry, whatever its kind. */
export type AnyMetric = Metric<readonly string[], AnySeries>;

/**
 * The metrics of a process.
 *
 * @example
 * ```ts
 * import { createRegistry } from "@streamgate/telemetry";
 * const registry = createRegistry();
 * const durations = registry.histogram({
 *   name: "http_server_request_duration_seconds",
 *   help: "Time from the first byte of a request to the last of its answer.",
 *   unit: "seconds",
 *   labelNames: ["http_request_method", "http_route"],
 * });
 * const getUsers = durations.with("GET", "/users"); // once
 * getUsers.record(0.012); // as often as you like
 * ```
 *
 * @throws SG_TELEMETRY_BAD_REGISTRY_OPTION
 */
export function createRegistry(options: RegistryOptions = {}): Registry {
  return new Registry(resolveOptions(options));
}

/** See {@link createRegistry}. */
export class Registry {
  private readonly metrics: Map<string, AnyMetric> = new Map();
  private readonly callbacks: Set<() => void> = new Set();
  private readonly options: Required<RegistryOptions>;
  private readonly scalars: NumberRecords = new NumberRecords(SCALAR_NUMBERS);
  private readonly histograms: HistogramMemory = sharedMemory(() => this.nowMs());
  private readonly refusals: Counter<["metric"]>;
  private readonly callbackFailures: Counter<[]>;

  constructor(options: Required<RegistryOptions>) {
    this.options = options;
    this.refusals = this.counter({
      name: "streamgate_metric_series_refused",
      help: "Look-ups of label sets past the cap of series, by the metric that has too many.",
      labelNames: ["metric"],
    });
    this.callbackFailures = this.counter({
      name: "streamgate_metric_callback_failures",
      help: "Callbacks before a reading of the metrics that threw.",
    });
  }

  /**
   * A metric that only rises. The same definition twice gives the same metric.
   *
   * @throws SG_TELEMETRY_BAD_METRIC, SG_TELEMETRY_METRIC_CONFLICT
   */
  counter<const Names extends readonly string[] = []>(
    definition: MetricDefinition<Names>,
  ): Counter<Names> {
    return this.define("counter", definition, {
      make: () => new CounterSeries(this.scalars, this.nowMs()),
      release: (series) => series.release(this.scalars),
    });
  }

  /**
   * A metric that rises and falls. The same definition twice gives the same metric.
   *
   * @throws SG_TELEMETRY_BAD_METRIC, SG_TELEMETRY_METRIC_CONFLICT
   */
  gauge<const Names extends readonly string[] = []>(
    definition: MetricDefinition<Names>,
  ): Gauge<Names> {
    return this.define("gauge", definition, {
      make: () => new GaugeSeries(this.scalars, this.nowMs()),
      release: (series) => series.release(this.scalars),
    });
  }

  /**
   * A metric of which the distribution is kept, to 1/64 of each value. The same definition twice gives the same metric.
   *
   * @throws SG_TELEMETRY_BAD_METRIC, SG_TELEMETRY_METRIC_CONFLICT
   */
  histogram<const Names extends readonly string[] = []>(
    definition: HistogramDefinition<Names>,
  ): Histogram<Names> {
    return this.define("histogram", definition, {
      make: () => new HistogramSeries(this.histograms, this.nowMs()),
      release: (series) => series.release(),
    });
  }

  /**
   * Calls back before each reading, for what is read rather than counted. Must be quick; what it throws is counted and goes no further.
   *
   * @returns ends it
   */
  onCollect(callback: () => void): () => void {
    const own = (): void => callback();
    this.callbacks.add(own);
    return () => {
      this.callbacks.delete(own);
    };
  }

  /** All series at this instant, cumulative. For many thousands of series, read in steps: `exposeMetrics`, `reportChunks`. */
  collect(): MetricFamily[] {
    return this.beginReading().map((metric) => readFamily(metric));
  }

  /** Calls back whoever asked for it, and gives what there is to read. */
  beginReading(): readonly AnyMetric[] {
    for (const callback of this.callbacks) {
      try {
        callback();
      } catch {
        this.callbackFailures.with().add(1);
      }
    }
    return [...this.metrics.values()];
  }

  private define<Names extends readonly string[], Series extends AnySeries>(
    kind: MetricKind,
    definition: MetricDefinition<Names>,
    memory: { make(): Series; release(series: Series): void },
  ): Metric<Names, Series> {
    checkDefinition(kind, definition);
    const known = this.metrics.get(definition.name);
    if (known !== undefined) {
      const difference = differenceBetween(known, kind, definition);
      if (difference !== undefined) throw metricConflict(definition.name, difference);
      return known as Metric<Names, Series>;
    }
    const clash = nameClash(this.metrics, kind, definition.name);
    if (clash !== undefined) throw metricConflict(definition.name, clash);
    const metric = new Metric(kind, definition, {
      ...memory,
      maxSeries: this.options.maxSeriesPerMetric,
      refused: () => this.refusals.with(definition.name).add(1),
    });
    this.metrics.set(definition.name, metric);
    return metric;
  }

  private nowMs(): number {
    return this.options.clock.now().getTime();
  }
}

function resolveOptions(options: RegistryOptions): Required<RegistryOptions> {
  const resolved = { ...DEFAULTS, ...options };
  const { maxSeriesPerMetric } = resolved;
  if (!Number.isSafeInteger(maxSeriesPerMetric) || maxSeriesPerMetric < 1)
    throw badRegistryOption("maxSeriesPerMetric", maxSeriesPerMetric, "a whole number from 1");
  return resolved;
}

function readFamily(metric: AnyMetric): MetricFamily {
  const { name, help, unit = "" } = metric.definition;
  const series: SeriesData[] = [];
  for (let slot = 0; slot < metric.table.slotCount; slot += 1) {
    const data = readSeries(metric, slot);
    if (data !== undefined) series.push(data);
  }
  return { name, help, kind: metric.kind, unit, series };
}

/** The series in a slot as plain data; undefined where there is none. */
export function readSeries(metric: AnyMetric, slot: SeriesSlot): SeriesData | undefined {
  const series = metric.table.at(slot);
  if (series === undefined) return undefined;
  const labels = metric.labelsAt(slot);
  return series instanceof HistogramSeries
    ? { labels, histogram: series.read() }
    : { labels, value: series.value };
}
