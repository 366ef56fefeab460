import { bucketOf, type Distribution, distributionOf, HISTOGRAM_BUCKETS } from "./log-histogram.ts";

/** Where each counter and each histogram lies in a ledger's array. */
export interface LedgerLayout<Counter extends string, Histogram extends string> {
  readonly counters: Readonly<Record<Counter, number>>;
  /** The first bucket; the sum lies behind the last. */
  readonly histograms: Readonly<Record<Histogram, number>>;
  readonly length: number;
}

export function layOut<Counter extends string, Histogram extends string>(
  counters: readonly Counter[],
  histograms: readonly Histogram[],
): LedgerLayout<Counter, Histogram> {
  const width = HISTOGRAM_BUCKETS + 1;
  return {
    counters: placesOf(counters, 0, 1),
    histograms: placesOf(histograms, counters.length, width),
    length: counters.length + histograms.length * width,
  };
}

function placesOf<Name extends string>(
  names: readonly Name[],
  from: number,
  width: number,
): Readonly<Record<Name, number>> {
  return Object.fromEntries(
    names.map((name, number) => [name, from + number * width] as const),
  ) as Record<Name, number>;
}

/** Counters and histograms in one array, so that a window is the difference of two copies. */
export class Ledger<Counter extends string, Histogram extends string> {
  readonly layout: LedgerLayout<Counter, Histogram>;
  readonly values: Float64Array;
  /** Copies at the marks of its window, the oldest first; fewer where the ledger is younger. */
  readonly copies: Float64Array[] = [];

  constructor(layout: LedgerLayout<Counter, Histogram>) {
    this.layout = layout;
    this.values = new Float64Array(layout.length);
  }

  add(counter: Counter, amount = 1): void {
    this.addAt(this.layout.counters[counter], amount);
  }

  /** Counts a value in a histogram, `weight` times. */
  observe(histogram: Histogram, value: number, weight = 1): void {
    const from = this.layout.histograms[histogram];
    this.addAt(from + bucketOf(value), weight);
    this.addAt(from + HISTOGRAM_BUCKETS, value * weight);
  }

  private addAt(place: number, amount: number): void {
    this.values[place] = (this.values[place] ?? 0) + amount;
  }
}

/** The readings of a stretch of time. */
export class LedgerReading<Counter extends string, Histogram extends string> {
  readonly #layout: LedgerLayout<Counter, Histogram>;
  readonly #values: Float64Array;

  constructor(layout: LedgerLayout<Counter, Histogram>, values: Float64Array) {
    this.#layout = layout;
    this.#values = values;
  }

  count(counter: Counter): number {
    return this.#values[this.#layout.counters[counter]] ?? 0;
  }

  distribution(histogram: Histogram): Distribution {
    const from = this.#layout.histograms[histogram];
    const buckets = this.#values.subarray(from, from + HISTOGRAM_BUCKETS);
    return distributionOf(buckets, this.#values[from + HISTOGRAM_BUCKETS] ?? 0);
  }
}
