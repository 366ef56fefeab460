import type { StatementWindow } from "../snapshot/statement-window.ts";

/** One statement through the windows of one side: its calls, and what they took. */
export interface Series {
  readonly calls: readonly number[];
  readonly totalMs: readonly number[];
}

/** The windows of one side, ready to be asked for any statement. */
export interface WindowSide {
  readonly windows: number;
  readonly durationMs: number;
  readonly from: string;
  readonly to: string;
  seriesOf(queryIds: readonly string[]): Series;
}

interface Sum {
  readonly calls: number;
  readonly totalMs: number;
}

export function windowSide(windows: readonly StatementWindow[]): WindowSide {
  const sums = windows.map(sumsByQueryId);
  return {
    windows: windows.length,
    durationMs: windows.reduce((sum, { durationMs }) => sum + durationMs, 0),
    from: windows[0]?.from ?? "",
    to: windows.at(-1)?.to ?? "",
    seriesOf: (queryIds) => {
      const found = sums.map((byId) =>
        queryIds.map((id) => byId.get(id) ?? { calls: 0, totalMs: 0 }),
      );
      return {
        calls: found.map((entries) => entries.reduce((sum, { calls }) => sum + calls, 0)),
        totalMs: found.map((entries) => entries.reduce((sum, { totalMs }) => sum + totalMs, 0)),
      };
    },
  };
}

/** Called directly and from within functions count together. */
function sumsByQueryId(window: StatementWindow): ReadonlyMap<string, Sum> {
  const sums = new Map<string, Sum>();
  for (const { queryId, calls, totalMs } of window.counters) {
    const known = sums.get(queryId) ?? { calls: 0, totalMs: 0 };
    sums.set(queryId, { calls: known.calls + calls, totalMs: known.totalMs + totalMs });
  }
  return sums;
}

export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
