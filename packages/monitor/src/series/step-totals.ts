import type { HistogramData, MetricKind } from "@streamgate/telemetry";
import { BucketTally } from "./bucket-tally.ts";
import type { Point } from "./point.ts";
import type { HistogramColumns, PointColumns } from "./point-columns.ts";

/** What several series did in one step, together. */
export type StepTotal = CounterTotal | GaugeTotal | HistogramTotal;

export interface CounterTotal {
  readonly kind: "counter";
  readonly increase: number;
  /** How much of the step was watched: that of the series that was watched longest. */
  readonly spanMs: number;
}

export interface GaugeTotal {
  readonly kind: "gauge";
  readonly min: number;
  readonly max: number;
  /** Of all readings of all series; by `count` it is their mean. */
  readonly sum: number;
  readonly count: number;
  /** The last reading of each series, added up. */
  readonly last: number;
  /** How many series were read. */
  readonly series: number;
}

export interface HistogramTotal {
  readonly kind: "histogram";
  readonly data: HistogramData;
  readonly spanMs: number;
}

/** The steps of a stretch of time; the step with index `i` owns what ends after its start and at or before its end. */
export interface StepGrid {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly steps: number;
}

/**
 * Adds up the points of several series step by step. All points of a series come between its `beginSeries` and the next;
 * those of another kind than the first are left out.
 */
export class StepTotals {
  readonly #grid: StepGrid;
  #kind: MetricKind | undefined;
  /** How much of each step the series of the moment, and the longest watched one, say. */
  readonly #ownSpans: Float64Array;
  readonly #spans: Float64Array;
  readonly #sums: Float64Array;
  readonly #counts: Float64Array;
  readonly #mins: Float64Array;
  readonly #maxs: Float64Array;
  /** The last reading of the series of the moment in each step, and when it was. */
  readonly #ownLasts: Float64Array;
  readonly #ownLastAt: Float64Array;
  readonly #lasts: Float64Array;
  readonly #series: Float64Array;
  readonly #tallies: (BucketTally | undefined)[] = [];

  constructor(grid: StepGrid) {
    this.#grid = grid;
    const column = (): Float64Array => new Float64Array(grid.steps);
    this.#ownSpans = column();
    this.#spans = column();
    this.#sums = column();
    this.#counts = column();
    this.#mins = column().fill(Number.POSITIVE_INFINITY);
    this.#maxs = column().fill(Number.NEGATIVE_INFINITY);
    this.#ownLasts = column();
    this.#ownLastAt = column();
    this.#lasts = column();
    this.#series = column();
  }

  beginSeries(): void {
    for (let step = 0; step < this.#grid.steps; step += 1) {
      const spanMs = this.#ownSpans[step] ?? 0;
      if (spanMs > (this.#spans[step] ?? 0)) this.#spans[step] = spanMs;
      if ((this.#ownLastAt[step] ?? 0) > 0) {
        this.#lasts[step] = (this.#lasts[step] ?? 0) + (this.#ownLasts[step] ?? 0);
        this.#series[step] = (this.#series[step] ?? 0) + 1;
      }
    }
    this.#ownSpans.fill(0);
    this.#ownLastAt.fill(0);
  }

  add(point: Point): void {
    this.#kind ??= point.kind;
    const step = this.#stepOf(point.atMs);
    if (point.kind !== this.#kind || step === undefined) return;
    this.#addSpan(step, point.spanMs);
    switch (point.kind) {
      case "counter":
        this.#addReadings(step, point.increase, 1);
        return;
      case "gauge":
        this.#addGauge(step, point.atMs, point.min, point.max, point.sum, point.count, point.last);
        return;
      case "histogram": {
        const { indices, counts, count, sum, min, max } = point.data;
        const tally = this.#tallyOf(step);
        tally.addBuckets(indices, counts, 0, indices.length);
        tally.addExtent(count, sum, min, max);
      }
    }
  }

  /** @param isWanted by the end of a point */
  addColumns(columns: PointColumns, isWanted: (atMs: number) => boolean): void {
    this.#kind ??= columns.kind;
    if (columns.kind !== this.#kind) return;
    if (columns.kind === "histogram") {
      this.#addHistograms(columns, isWanted);
      return;
    }
    for (const [position, atMs] of columns.times.entries()) {
      const step = this.#stepOf(atMs);
      if (step === undefined || !isWanted(atMs)) continue;
      this.#addSpan(step, columns.spans[position] ?? 0);
      if (columns.kind === "counter") {
        this.#addReadings(step, columns.increases[position] ?? 0, 1);
        continue;
      }
      const last = columns.lasts[position] ?? 0;
      this.#addGauge(
        step,
        atMs,
        columns.mins[position] ?? last,
        columns.maxs[position] ?? last,
        columns.sums[position] ?? last,
        columns.counts?.[position] ?? 1,
        last,
      );
    }
  }

  /** One for each step; undefined where nothing was read. */
  finish(): readonly (StepTotal | undefined)[] {
    this.beginSeries();
    return Array.from({ length: this.#grid.steps }, (_, step) => this.#totalOf(step));
  }

  #totalOf(step: number): StepTotal | undefined {
    const spanMs = Math.min(this.#spans[step] ?? 0, this.#grid.stepMs);
    const sum = this.#sums[step] ?? 0;
    const count = this.#counts[step] ?? 0;
    switch (this.#kind) {
      case "counter":
        return count === 0 ? undefined : { kind: "counter", increase: sum, spanMs };
      case "gauge":
        if (count === 0) return undefined;
        return {
          kind: "gauge",
          min: this.#mins[step] ?? 0,
          max: this.#maxs[step] ?? 0,
          sum,
          count,
          last: this.#lasts[step] ?? 0,
          series: this.#series[step] ?? 0,
        };
      case "histogram": {
        const tally = this.#tallies[step];
        return tally === undefined ? undefined : { kind: "histogram", data: tally.data(), spanMs };
      }
      case undefined:
        return undefined;
    }
  }

  #addHistograms(columns: HistogramColumns, isWanted: (atMs: number) => boolean): void {
    const { times, spans, lengths, indices, held, sums, counts, mins, maxs } = columns;
    let from = 0;
    for (let position = 0; position < times.length; position += 1) {
      const to = from + (lengths[position] ?? 0);
      const atMs = times[position] ?? 0;
      const step = this.#stepOf(atMs);
      if (step !== undefined && isWanted(atMs)) {
        this.#addSpan(step, spans[position] ?? 0);
        const tally = this.#tallyOf(step);
        tally.addBuckets(indices, held, from, to);
        tally.addExtent(
          counts[position] ?? 0,
          sums[position] ?? 0,
          mins[position] ?? Number.POSITIVE_INFINITY,
          maxs[position] ?? Number.NEGATIVE_INFINITY,
        );
      }
      from = to;
    }
  }

  #addGauge(
    step: number,
    atMs: number,
    min: number,
    max: number,
    sum: number,
    count: number,
    last: number,
  ): void {
    this.#addReadings(step, sum, count);
    if (min < (this.#mins[step] ?? 0)) this.#mins[step] = min;
    if (max > (this.#maxs[step] ?? 0)) this.#maxs[step] = max;
    if (atMs < (this.#ownLastAt[step] ?? 0)) return;
    this.#ownLastAt[step] = atMs;
    this.#ownLasts[step] = last;
  }

  #addReadings(step: number, sum: number, count: number): void {
    this.#sums[step] = (this.#sums[step] ?? 0) + sum;
    this.#counts[step] = (this.#counts[step] ?? 0) + count;
  }

  #addSpan(step: number, spanMs: number): void {
    this.#ownSpans[step] = (this.#ownSpans[step] ?? 0) + spanMs;
  }

  #tallyOf(step: number): BucketTally {
    const known = this.#tallies[step];
    if (known !== undefined) return known;
    const made = new BucketTally();
    this.#tallies[step] = made;
    return made;
  }

  #stepOf(atMs: number): number | undefined {
    const step = Math.ceil((atMs - this.#grid.fromMs) / this.#grid.stepMs) - 1;
    return step >= 0 && step < this.#grid.steps ? step : undefined;
  }
}
