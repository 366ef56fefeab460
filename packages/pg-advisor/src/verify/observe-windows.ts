import { formatDuration, messageOf } from "@streamgate/core";
import type { RunContext } from "../context.ts";
import { readStatementCounters } from "../snapshot/read-statement-counters.ts";
import {
  differenceOf,
  type StatementReading,
  type StatementWindow,
} from "../snapshot/statement-window.ts";
import { badObservation } from "./errors.ts";

export interface ObserveRequest {
  readonly connectionString: string;
  /** How long to look, in milliseconds. */
  readonly totalMs: number;
  /** How many equal windows. @default 12, or as many of two seconds as there is time for */
  readonly windows?: number;
  readonly context: RunContext;
}

const MOST_WINDOWS = 12;
const SHORTEST_WINDOW_MS = 2_000;

/** One reading with the moment of the monotonic clock at which it was there. */
interface Border {
  readonly reading: StatementReading;
  readonly atMs: number;
}

/**
 * Reads the statement counters at the borders of equal windows and returns what ran in each. A
 * border that cannot be read costs the windows on both sides of it; the next window's warnings say
 * so. Lengths are those of the monotonic clock, so that a clock that is set harms nothing. When
 * the signal aborts, the windows that are complete are returned.
 *
 * @throws StreamGateError as `readStatementCounters`, when the first border cannot be read
 */
export async function observeWindows(request: ObserveRequest): Promise<readonly StatementWindow[]> {
  const { context, totalMs } = request;
  const { clock, signal } = context;
  const count = request.windows ?? defaultWindows(totalMs);
  checkRequest(totalMs, count);
  const windows: StatementWindow[] = [];
  let lost: string[] = [];
  const startedMs = clock.monotonicMs();
  let previous: Border | null = null;
  for (let border = 0; border <= count; border += 1) {
    try {
      const dueMs = startedMs + (totalMs * border) / count;
      await clock.sleep(Math.max(0, dueMs - clock.monotonicMs()), signal);
      const current: Border = await readBorder(request);
      if (previous !== null) {
        windows.push(windowBetween(previous, current, lost));
        lost = [];
      }
      previous = current;
    } catch (error) {
      if (signal.aborted) return windows;
      if (border === 0) throw error;
      if (previous !== null) lost = [`The window before this one is missing: ${messageOf(error)}`];
      previous = null;
    }
    reportWindows(request, border, count);
  }
  return windows;
}

function defaultWindows(totalMs: number): number {
  return Math.max(1, Math.min(MOST_WINDOWS, Math.floor(totalMs / SHORTEST_WINDOW_MS)));
}

function checkRequest(totalMs: number, windows: number): void {
  if (totalMs > 0 && Number.isFinite(totalMs) && Number.isInteger(windows) && windows >= 1) return;
  throw badObservation(totalMs, windows);
}

async function readBorder({ connectionString, context }: ObserveRequest): Promise<Border> {
  // A connection of its own each time: a lost one then costs one border, and none lies idle.
  const reading = await readStatementCounters(connectionString, {
    withTexts: false,
    signal: context.signal,
  });
  return { reading, atMs: context.clock.monotonicMs() };
}

function windowBetween(
  previous: Border,
  current: Border,
  warnings: readonly string[],
): StatementWindow {
  const window = differenceOf(previous.reading, current.reading);
  return {
    ...window,
    durationMs: current.atMs - previous.atMs,
    warnings: [...warnings, ...window.warnings],
  };
}

function reportWindows({ context, totalMs }: ObserveRequest, done: number, total: number): void {
  context.onProgress({
    activity: `watching the statements for ${formatDuration(totalMs)}`,
    done,
    total,
    unit: "windows",
  });
}
