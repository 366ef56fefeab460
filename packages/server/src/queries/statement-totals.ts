import type { SeriesGroup } from "@streamgate/monitor";
import { stepsIn } from "../ranges/steps.ts";
import type { SteppedRange } from "../ranges/time-range.ts";

/**
 * What the counters of one statement say of a stretch of time. NaN: not known, as only the busiest statements of a database have series
 * of their own.
 */
export interface StatementTotals {
  readonly database: string;
  readonly fingerprint: string;
  readonly calls: number;
  readonly totalMs: number;
  readonly rows: number;
  readonly blocksHit: number;
  readonly blocksRead: number;
  /** Mean time of a call in each step, in ms; NaN where there was none. */
  readonly meanMsByStep: Float32Array;
}

/** The series that statements are counted in, each with what it is called here. */
export const STATEMENT_SERIES = {
  calls: "streamgate_database_statement_calls",
  seconds: "streamgate_database_statement_seconds",
  rows: "streamgate_database_statement_rows",
  blocksHit: "streamgate_database_statement_blocks_hit",
  blocksRead: "streamgate_database_statement_blocks_read",
} as const;
export type StatementSeries = keyof typeof STATEMENT_SERIES;

/** Sums and steps of one statement while its series are read. */
interface Tally extends Record<StatementSeries, number> {
  readonly database: string;
  readonly fingerprint: string;
  readonly callsByStep: Float64Array;
  readonly secondsByStep: Float64Array;
}

/** Adds series up, one metric after the other, so that no more than one is held. */
export class StatementTally {
  readonly #steps: number;
  readonly #tallies = new Map<string, Tally>();

  constructor({ fromMs, toMs, stepMs }: SteppedRange) {
    this.#steps = stepsIn(toMs - fromMs, stepMs);
  }

  /** @param groups by database and fingerprint, of the range's steps */
  add(series: StatementSeries, groups: readonly SeriesGroup[]): void {
    for (const { labels, steps } of groups) {
      const { database = "", fingerprint = "" } = labels;
      const tally = this.#tallyOf(database, fingerprint);
      for (const [position, step] of steps.entries()) {
        if (step?.kind !== "counter") continue;
        tally[series] += step.increase;
        if (series === "calls") tally.callsByStep[position] = step.increase;
        if (series === "seconds") tally.secondsByStep[position] = step.increase;
      }
    }
  }

  /** Statements that were called, those of an overloaded moment with half their counters among them. */
  totals(): readonly StatementTotals[] {
    const found: StatementTotals[] = [];
    for (const tally of this.#tallies.values()) {
      if (!(tally.calls > 0)) continue;
      found.push({
        database: tally.database,
        fingerprint: tally.fingerprint,
        calls: tally.calls,
        totalMs: tally.seconds * 1_000,
        rows: tally.rows,
        blocksHit: tally.blocksHit,
        blocksRead: tally.blocksRead,
        meanMsByStep: meansOf(tally),
      });
    }
    return found;
  }

  #tallyOf(database: string, fingerprint: string): Tally {
    const key = statementKey(database, fingerprint);
    const known = this.#tallies.get(key);
    if (known !== undefined) return known;
    const tally: Tally = {
      database,
      fingerprint,
      calls: 0,
      seconds: 0,
      rows: 0,
      blocksHit: 0,
      blocksRead: 0,
      callsByStep: new Float64Array(this.#steps),
      secondsByStep: new Float64Array(this.#steps),
    };
    this.#tallies.set(key, tally);
    return tally;
  }
}

/** A statement that ran, and of which no more is known than that. */
export function uncounted(database: string, fingerprint: string): StatementTotals {
  return {
    database,
    fingerprint,
    calls: Number.NaN,
    totalMs: Number.NaN,
    rows: Number.NaN,
    blocksHit: Number.NaN,
    blocksRead: Number.NaN,
    meanMsByStep: NO_STEPS,
  };
}

const NO_STEPS = new Float32Array();

/** A statement's address as one string; names of databases hold no blank. */
export function statementKey(database: string, fingerprint: string): string {
  return `${fingerprint} ${database}`;
}

function meansOf({ callsByStep, secondsByStep }: Tally): Float32Array {
  return Float32Array.from(callsByStep, (calls, step) =>
    calls > 0 ? ((secondsByStep[step] ?? 0) / calls) * 1_000 : Number.NaN,
  );
}
