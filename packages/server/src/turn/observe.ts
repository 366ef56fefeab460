import type { Snapshot, StatementWindow, WorkloadWindow } from "@streamgate/pg-advisor";
import type { Turn } from "./turn-context.ts";

/** What the later stages know of the database: its snapshot, and the counters of the window. */
export interface Sighting {
  readonly snapshot: Snapshot;
  readonly counters: Snapshot["statements"];
  readonly window: WorkloadWindow;
}

/** Reads the database, and its statement counters over the window that was asked for. */
export async function observe(turn: Turn): Promise<Sighting> {
  const { options } = turn;
  const snapshot = await turn.instruments.readSnapshot(options.connectionString, {
    needsStatements: options.observation.kind !== "file",
    signal: turn.context.signal,
  });
  for (const message of snapshot.warnings) turn.tell({ kind: "warning", message });
  switch (options.observation.kind) {
    case "since reset":
      return { snapshot, counters: snapshot.statements, window: windowSinceReset(snapshot) };
    case "window": {
      const seen = await watch(turn, options.observation.ms);
      return { snapshot, counters: seen.counters, window: windowBetween(seen) };
    }
    case "file":
      return { snapshot, counters: [], window: windowOfFile(snapshot) };
  }
}

async function watch(turn: Turn, totalMs: number): Promise<StatementWindow> {
  const { instruments, context, options } = turn;
  const before = await instruments.readStatementCounters(options.connectionString);
  const startedMs = context.clock.monotonicMs();
  for (let doneMs = 0; doneMs < totalMs; doneMs = context.clock.monotonicMs() - startedMs) {
    context.onProgress({
      activity: "watching the statements",
      done: Math.round(doneMs / 1_000),
      total: Math.round(totalMs / 1_000),
      unit: "s",
    });
    await context.clock.sleep(Math.min(1_000, totalMs - doneMs), context.signal);
  }
  const after = await instruments.readStatementCounters(options.connectionString);
  const seen = instruments.differenceOf(before, after);
  for (const message of seen.warnings) turn.tell({ kind: "warning", message });
  return seen;
}

/** Counters whose reset the server does not tell are taken to run since its start. */
function windowSinceReset(snapshot: Snapshot): WorkloadWindow {
  const from = snapshot.statementsSince ?? snapshot.server.startedAt;
  return {
    source: "counters since reset",
    from,
    to: snapshot.takenAt,
    durationMs: Math.max(1, Date.parse(snapshot.takenAt) - Date.parse(from)),
  };
}

function windowBetween({ from, to, durationMs }: StatementWindow): WorkloadWindow {
  return { source: "difference of two snapshots", from, to, durationMs };
}

function windowOfFile(snapshot: Snapshot): WorkloadWindow {
  return { source: "file", from: null, to: snapshot.takenAt, durationMs: 3_600_000 };
}
