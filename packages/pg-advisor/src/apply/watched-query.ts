import type { ApplyRun } from "./apply-run.ts";
import { readBuildProgress } from "./build-progress.ts";

/** After so many unheeded cancels the server process is ended. */
const CANCELS_BEFORE_TERMINATE = 10;

export interface WatchedQuery {
  readonly sql: string;
  /** For a person, as a present participle. */
  readonly activity: string;
  /** How long each single lock may be waited for. */
  readonly lockTimeoutMs: number;
}

/**
 * Runs one statement on the worker while the supervisor reports its progress and, once the run's
 * signal aborts, cancels it. Settles only when the statement has ended.
 */
export async function runWatched(run: ApplyRun, query: WatchedQuery): Promise<void> {
  await run.worker.query("select set_config('lock_timeout', $1, false)", [
    `${query.lockTimeoutMs}ms`,
  ]);
  run.context.signal.throwIfAborted();
  run.blockers = "";
  const ended = new AbortController();
  const running = run.worker.query(query.sql);
  const watching = watch(run, query.activity, ended.signal);
  try {
    await running;
  } finally {
    ended.abort();
    await watching;
  }
}

async function watch(run: ApplyRun, activity: string, ended: AbortSignal): Promise<void> {
  const { clock, signal } = run.context;
  let cancels = 0;
  while (!ended.aborted) {
    // The abort wakes it once; after that it keeps its pace.
    const wake = cancels === 0 ? AbortSignal.any([ended, signal]) : ended;
    await clock.sleep(run.options.pollMs, wake).catch(() => undefined);
    if (ended.aborted) return;
    if (signal.aborted) {
      cancels += 1;
      await stopWorker(run, cancels);
    } else {
      await reportProgress(run, activity);
    }
  }
}

async function reportProgress(run: ApplyRun, activity: string): Promise<void> {
  const backend = run.worker.backend();
  if (backend === null) return;
  const seen = await readBuildProgress(run.supervisor, backend).catch(() => null);
  if (seen === null) return;
  if (seen === "gone") {
    run.worker.cut();
    return;
  }
  run.blockers = seen.blockers;
  const waiting = seen.blockers === "" ? "" : `, waits for ${seen.blockers}`;
  run.context.onProgress({
    activity: `${activity}${seen.phase === "" ? "" : `: ${seen.phase}`}${waiting}`,
    done: seen.done,
    ...(seen.total > 0 ? { total: seen.total } : {}),
    unit: seen.unit,
  });
}

/** A cancel that comes between two statements is lost, so it is sent again with every look. */
async function stopWorker(run: ApplyRun, cancels: number): Promise<void> {
  const backend = run.worker.backend();
  if (backend === null) return;
  const end = cancels < CANCELS_BEFORE_TERMINATE ? "pg_cancel_backend" : "pg_terminate_backend";
  try {
    await run.supervisor.query(
      `select ${end}(pid) from pg_stat_activity where pid = $1 and backend_start::text = $2`,
      [backend.pid, backend.startedAt],
    );
  } catch {
    // The server cannot be reached: the wait for its answer ends with the connection.
    run.worker.cut();
  }
}
