import { messageOf, StreamGateError } from "@streamgate/core";

/** An option that cannot be. */
export function badHistoryOption(name: string, value: unknown, wanted: string): StreamGateError {
  return new StreamGateError({
    code: "SG_MONITOR_BAD_OPTION",
    tried: `open the history with ${name} = ${String(value)}`,
    happened: `it must be ${wanted}`,
    remedy: "correct it, or leave it out to take the default",
  });
}

/** A point that no history can keep. Nothing of the write that held it was stored. */
export function badPoint(series: string, reason: string): StreamGateError {
  return new StreamGateError({
    code: "SG_MONITOR_BAD_POINT",
    tried: `write a point of ${series}`,
    happened: reason,
    remedy: "correct what makes the points, or the clock of this machine",
  });
}

/** The limit is reached, and nothing that may be dropped is left. */
export function historyFull(bytes: number, limitBytes: number): StreamGateError {
  return new StreamGateError({
    code: "SG_MONITOR_HISTORY_FULL",
    tried: "write points into the history",
    happened: `it holds ${bytes} bytes of at most ${limitBytes}, none of which can be dropped yet`,
    remedy: "raise limitBytes, or find the label that makes so many series",
  });
}

/** The store did not take what was written. */
export function historyUnavailable(tried: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_MONITOR_HISTORY_UNAVAILABLE",
    tried,
    happened: messageOf(cause),
    remedy: "look at the PostgreSQL that keeps the history; a SeriesWriter tries again by itself",
    cause,
  });
}

/** A name, matcher or stretch of time that cannot be read. */
export function badQuery(happened: string, cause?: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_MONITOR_BAD_QUERY",
    tried: "read series from the history",
    happened,
    remedy: "correct the selector, the step or the stretch of time",
    cause,
  });
}

/** More than one answer may hold. */
export function readTooLarge(happened: string): StreamGateError {
  return new StreamGateError({
    code: "SG_MONITOR_READ_TOO_LARGE",
    tried: "read series from the history",
    happened,
    remedy: "narrow the selector or the stretch of time, or ask for a longer step",
  });
}

/** It took longer than a read may. */
export function readTimedOut(timeoutMs: number, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_MONITOR_READ_TIMEOUT",
    tried: "read series from the history",
    happened: `it was not done within ${timeoutMs} ms`,
    remedy: "simplify the pattern, narrow the selector, or shorten the stretch of time",
    cause,
  });
}

/** Used after its end. */
export function historyClosed(): StreamGateError {
  return new StreamGateError({
    code: "SG_MONITOR_HISTORY_CLOSED",
    tried: "use the history",
    happened: "it was closed",
    remedy: "close it last",
  });
}
