import type { Source } from "../platform/source-board.ts";

/** Something that is read again and again, with a schedule, a time-out and a health of its own. */
export interface Collector {
  readonly source: Source;
  /** What it was made from: at a reload, a collector whose definition did not change goes on as it is. */
  readonly definition: string;
  /** Where every instance reads (`everywhere`), or the one that leads (`leader`): what is written to the history is counted once. */
  readonly runs: "everywhere" | "leader";
  readonly timeoutMs: number;
  /** The longest pause between attempts while they fail. */
  readonly longestPauseMs?: number;
  /**
   * Reads once. Aborted at the time-out and at the end: then nothing of it may go on.
   *
   * @returns what could not be read, where the rest could; undefined where all is well
   * @throws whatever made the reading as a whole fail
   */
  read(reading: Reading): Promise<string | undefined>;
  /** Gives back what it holds; it may be read again afterwards. */
  rest(): Promise<void>;
}

/** One reading, by the clocks of this instance. */
export interface Reading {
  readonly signal: AbortSignal;
  /** The label of what is read: wall time, never the same twice for one collector, on the grid of the interval where the clock lets it. */
  readonly atMs: number;
  /** By the monotonic clock. */
  readonly monotonicMs: number;
}
