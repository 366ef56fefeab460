/** What one statement did in one stretch of time. */
export interface StatementWindow {
  readonly calls: number;
  readonly totalMs: number;
  readonly rows: number;
  /** Shared blocks that it asked for. */
  readonly blocks: number;
}

/** A statement of late, and at the same hour of the days before. */
export interface StatementPast {
  readonly fingerprint: string;
  /** The last hours in steps of five minutes, up to now; a step in which it was not called has no calls. */
  readonly recent: readonly StatementWindow[];
  /** An hour each: those around this hour of the day, of the days before. */
  readonly sameHour: readonly (StatementWindow & { readonly day: number })[];
}

export const NO_WINDOW: StatementWindow = { calls: 0, totalMs: 0, rows: 0, blocks: 0 };

export function sumOfWindows(windows: readonly StatementWindow[]): StatementWindow {
  return windows.reduce(
    (sum, one) => ({
      calls: sum.calls + one.calls,
      totalMs: sum.totalMs + one.totalMs,
      rows: sum.rows + one.rows,
      blocks: sum.blocks + one.blocks,
    }),
    NO_WINDOW,
  );
}

/** Of a call, in ms. */
export function meanOf({ totalMs, calls }: StatementWindow): number {
  return totalMs / calls;
}
