import {
  type HistoryOptions,
  openHistory,
  type Point,
  type PostgresHistory,
  type SeriesKey,
  type SeriesPoint,
  type SeriesWindow,
} from "@streamgate/monitor";
import { histogramOf } from "@streamgate/telemetry";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { type SteppedClock, steppedClock } from "./stepped-clock.ts";

/** A PostgreSQL in which each test has a database, a clock and histories of its own. */
export interface HistoryFixture {
  readonly server: TestPostgres;
  /** An empty database with a history on it, which does its maintenance when it is told to. */
  open(options?: Partial<HistoryOptions>): Promise<OpenedHistory>;
  stop(): Promise<void>;
}

interface OpenedHistory {
  readonly history: PostgresHistory;
  readonly clock: SteppedClock;
  readonly url: string;
  /** Another process on the same store. */
  readonly again: (options?: Partial<HistoryOptions>) => Promise<PostgresHistory>;
  /** Seconds pass; at each the points of `pointsAt` are made, which are written every ten minutes, before maintenance. */
  readonly live: (
    seconds: number,
    pointsAt: (second: number, atMs: number) => readonly SeriesPoint[],
  ) => Promise<void>;
}

export async function startHistoryFixture(major: 14 | 18 = 18): Promise<HistoryFixture> {
  const server = await startTestPostgres({ major, hasStatementCounters: false });
  const opened: PostgresHistory[] = [];
  let databases = 0;
  return {
    server,
    async open(options = {}) {
      databases += 1;
      const url = await server.createDatabase(`history_${databases}`);
      const clock = steppedClock();
      const again = async (more: Partial<HistoryOptions> = {}): Promise<PostgresHistory> => {
        const history = await openHistory({
          database: url,
          clock,
          maintenanceIntervalMs: Number.POSITIVE_INFINITY,
          ...options,
          ...more,
        });
        opened.push(history);
        return history;
      };
      const history = await again();
      return {
        history,
        clock,
        url,
        again,
        live: async (seconds, pointsAt) => {
          let waiting: SeriesPoint[] = [];
          for (let second = 1; second <= seconds; second += 1) {
            clock.advance(1_000);
            waiting.push(...pointsAt(second, clock.nowMs));
            if (second % 600 !== 0 && second !== seconds) continue;
            await history.write(waiting);
            waiting = [];
            await history.maintain();
          }
        },
      };
    },
    async stop() {
      await Promise.all(opened.map((history) => history.close()));
      await server.stop();
    },
  };
}

export const KEY: SeriesKey = { name: "requests", labels: { service: "media", instance: "1" } };

export function counterPoint(atMs: number, increase: number, spanMs = 1_000): Point {
  return { kind: "counter", atMs, spanMs, increase };
}

export function gaugePoint(atMs: number, last: number, spanMs = 1_000): Point {
  return { kind: "gauge", atMs, spanMs, min: last, max: last, sum: last, count: 1, last };
}

export function histogramPoint(atMs: number, values: readonly number[], spanMs = 1_000): Point {
  return { kind: "histogram", atMs, spanMs, data: histogramOf(values) };
}

/** All that counters of a window increased by. */
export function totalOf(windows: readonly SeriesWindow[]): number {
  return windows
    .flatMap(({ points }) => points)
    .reduce((sum, point) => sum + (point.kind === "counter" ? point.increase : 0), 0);
}
