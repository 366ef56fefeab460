import { setTimeout as sleep } from "node:timers/promises";
import { messageOf, StreamGateError } from "@streamgate/core";
import type { JobEnd, JobWork, StoredJob } from "./job.ts";
import type { JobTable } from "./job-table.ts";

/** A job that this instance has begun on. */
export interface RunningJob {
  readonly job: StoredJob;
  /** Claims it and does it; returns when its end is in the store, or when it is somebody else's. */
  run(): Promise<void>;
  cancel(by: string): void;
  /** The platform ends. */
  stop(): void;
  /** Compares with the store: what another instance took for gone must not go on here. */
  check(stored: StoredJob | undefined, instance: string): void;
}

const TELL_EVERY_MS = 500;
/** The store may come back: that a job has ended is told again for so long. */
const TELL_END_TIMES = 30;
const TELL_END_EVERY_MS = 1_000;

export function startJob(parts: {
  readonly job: StoredJob;
  readonly table: JobTable;
  readonly work: JobWork;
  readonly log: (line: string) => void;
}): RunningJob {
  const { job, table, work, log } = parts;
  const controller = new AbortController();
  let isClaimed = false;
  let isEnding = false;
  const abort = (reason: string): void => controller.abort(new Error(reason));

  const run = async (): Promise<void> => {
    if (controller.signal.aborted) return;
    const claimed = await table.claim(job.id);
    if (claimed === undefined) return;
    isClaimed = true;
    const teller = tellEverySoOften(table, job.id, log);
    const { signal } = controller;
    const working = signal.aborted
      ? Promise.reject<string>(signal.reason)
      : work(claimed, { signal, tell: teller.tell });
    const outcome = await working.then(
      (text): JobEnd => ({ state: "done", outcome: text }),
      (error: unknown) => endOf(error, signal),
    );
    isEnding = true;
    await teller.stop();
    await tellEnd(table, job.id, outcome);
  };

  return {
    job,
    run,
    cancel: (by) => abort(`cancelled by ${by}`),
    stop: () => abort("StreamGate was stopped"),
    check: (stored, instance) => {
      // What was read may be of the moment before the claim.
      if (!isClaimed || isEnding || stored?.state === "waiting") return;
      if (stored === undefined || stored.instance !== instance)
        abort("another instance took this one for gone");
    },
  };
}

function endOf(error: unknown, signal: AbortSignal): JobEnd {
  if (signal.aborted) return { state: "interrupted", problem: messageOf(signal.reason) };
  const problem =
    error instanceof StreamGateError
      ? `could not ${error.tried}: ${error.happened}; ${error.remedy}`
      : messageOf(error);
  return { state: "failed", problem };
}

async function tellEnd(table: JobTable, id: string, end: JobEnd): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await table.end(id, end);
    } catch (error) {
      if (attempt >= TELL_END_TIMES) throw error;
      await sleep(TELL_END_EVERY_MS, undefined, { ref: false });
    }
  }
}

/** Writes what is done at the moment, the latest only, at most twice a second. */
function tellEverySoOften(
  table: JobTable,
  id: string,
  log: (line: string) => void,
): { readonly tell: (activity: string, progress: number | null) => void; stop(): Promise<void> } {
  let latest: { readonly activity: string; readonly progress: number | null } | undefined;
  let writing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const write = (): void => {
    timer = undefined;
    const now = latest;
    if (now === undefined) return;
    writing = table
      .tell(id, now.activity, now.progress)
      .catch((error: unknown) => log(`job ${id}: its progress was not noted: ${messageOf(error)}`));
  };
  return {
    tell: (activity, progress) => {
      latest = { activity, progress };
      timer ??= setTimeout(write, TELL_EVERY_MS);
    },
    stop: async () => {
      clearTimeout(timer);
      await writing;
    },
  };
}
