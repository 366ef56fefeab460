import { type Ledger, LedgerReading } from "./ledger.ts";

/** What a ledger says of its whole life and of the last minutes. */
export interface Readings<Counter extends string, Histogram extends string> {
  readonly total: LedgerReading<Counter, Histogram>;
  readonly recent: LedgerReading<Counter, Histogram>;
}

type AnyLedger = Pick<Ledger<string, string>, "values" | "copies">;

/**
 * The last minutes of many ledgers: every now and then a mark is set and each is copied. What lies
 * between the oldest mark and now is recent: the wanted time, and up to a step more.
 */
export class RollingWindow {
  readonly #windowMs: number;
  readonly #stepMs: number;
  readonly #ledgers: AnyLedger[] = [];
  /** When the copies were made, the oldest first. The first mark is the beginning. */
  #marksMs: number[];

  constructor(windowMs: number, steps: number, nowMs: number) {
    this.#windowMs = windowMs;
    this.#stepMs = windowMs / steps;
    this.#marksMs = [nowMs];
  }

  follow(ledger: AnyLedger): void {
    this.#ledgers.push(ledger);
  }

  /** Sets a mark where one is due; true when it did. */
  advance(nowMs: number): boolean {
    if (nowMs - (this.#marksMs.at(-1) ?? 0) < this.#stepMs) return false;
    this.#marksMs.push(nowMs);
    const outlived = this.#marksMs.findLastIndex((mark) => mark <= nowMs - this.#windowMs);
    const kept = this.#marksMs.slice(Math.max(0, outlived));
    for (const { values, copies } of this.#ledgers) {
      copies.push(values.slice());
      copies.splice(0, Math.max(0, copies.length - kept.length));
    }
    this.#marksMs = kept;
    return true;
  }

  /** How far back the recent readings reach. */
  spanMs(nowMs: number): number {
    return nowMs - (this.#marksMs[0] ?? nowMs);
  }

  read<Counter extends string, Histogram extends string>(
    ledger: Ledger<Counter, Histogram>,
  ): Readings<Counter, Histogram> {
    // A ledger with fewer copies than marks began after the oldest mark, at zero.
    const base = ledger.copies.length === this.#marksMs.length ? ledger.copies[0] : undefined;
    const recent =
      base === undefined
        ? ledger.values.slice()
        : ledger.values.map((value, place) => value - (base[place] ?? 0));
    return {
      total: new LedgerReading(ledger.layout, ledger.values.slice()),
      recent: new LedgerReading(ledger.layout, recent),
    };
  }
}
