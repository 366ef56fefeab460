import type { NumberRecord, NumberRecords } from "./number-records.ts";

/** Numbers that a counter or a gauge takes: its value, and when it began. */
export const SCALAR_NUMBERS = 2;

const VALUE = 0;
const STARTED = 1;

/** Where the handles of removed series write, and nobody reads. */
const NOWHERE: NumberRecord = { page: new Float64Array(SCALAR_NUMBERS), offset: 0 };

/** What counters and gauges have in common: one number. */
abstract class ScalarSeries {
  protected page: Float64Array;
  protected offset: number;

  /** @param records of `SCALAR_NUMBERS` */
  constructor(records: NumberRecords, startedAtMs: number) {
    const { page, offset } = records.allocate();
    this.page = page;
    this.offset = offset;
    page[offset + STARTED] = startedAtMs;
  }

  /** What it says at this moment. */
  get value(): number {
    return this.page[this.offset + VALUE] ?? 0;
  }

  /** When the series began, in ms since 1970. */
  get startedAtMs(): number {
    return this.page[this.offset + STARTED] ?? 0;
  }

  /** For the metric that forgets it: gives its memory back; who still holds the series writes nowhere. */
  release(records: NumberRecords): void {
    if (this.page === NOWHERE.page) return;
    records.release({ page: this.page, offset: this.offset });
    this.page = NOWHERE.page;
    this.offset = NOWHERE.offset;
  }
}

/** A counter of one set of label values: it only rises. Bind it once and keep it. */
export class CounterSeries extends ScalarSeries {
  /**
   * Counts.
   *
   * @param amount at least 0; what is negative or not finite is left out, as telemetry must not throw into what it watches
   */
  add(amount: number): void {
    if (!(amount >= 0 && amount < Number.POSITIVE_INFINITY)) return;
    this.page[this.offset] = (this.page[this.offset] ?? 0) + amount;
  }
}

/** A gauge of one set of label values: it rises and falls. Bind it once and keep it. */
export class GaugeSeries extends ScalarSeries {
  /** @param value any number; NaN says that there is none at the moment */
  set(value: number): void {
    this.page[this.offset] = value;
  }

  /** @param amount may be negative; what is not finite is left out, as the gauge would never be a number again */
  add(amount: number): void {
    if (!Number.isFinite(amount)) return;
    this.page[this.offset] = (this.page[this.offset] ?? 0) + amount;
  }
}
