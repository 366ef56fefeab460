import type { Range } from "@streamgate/contract";

/** A stretch of time, and the one that it is compared with. Points belong to it that end after `fromMs` and at or before `toMs`. */
export interface TimeRange {
  /** In ms since 1970. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Of the same length; null where nothing is compared. */
  readonly compared: ComparedRange | null;
}

export interface ComparedRange {
  readonly fromMs: number;
  readonly toMs: number;
  /** Which stretch it is, for a person: `before deploy 1.4.2`. */
  readonly why: string;
}

/** A range with the length of its steps; its ends are multiples of them. */
export interface SteppedRange extends TimeRange {
  readonly stepMs: number;
}

/** As the contract shows a range. */
export function rangeView({ fromMs, toMs, compared }: TimeRange): Range {
  return {
    from: instantOf(fromMs),
    to: instantOf(toMs),
    compared:
      compared === null
        ? null
        : { from: instantOf(compared.fromMs), to: instantOf(compared.toMs), why: compared.why },
  };
}

export function instantOf(atMs: number): string {
  return new Date(atMs).toISOString();
}
