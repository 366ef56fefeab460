import { setTimeout as sleep } from "node:timers/promises";
import type { Job } from "@streamgate/contract";
import { messageOf } from "@streamgate/core";
import { unavailable } from "../api/refusal.ts";
import type { StorePool } from "../platform/store-pool.ts";
import { changesTarget, type JobRequest, type JobWork, type StoredJob, shownJob } from "./job.ts";
import { type JobTable, jobTable } from "./job-table.ts";
import { type RunningJob, startJob } from "./running-job.ts";

/** What StreamGate does in the background: asked for on any instance, done by one of them. */
export interface Jobs {
  /**
   * Asks for a job; one that is asked for again while it waits or runs is the same job.
   *
   * @throws ApiRefusal 503 where too many wait
   */
  request(request: JobRequest): Promise<Job>;
  /** Those that wait or run, as they were a moment ago. */
  current(): readonly Job[];
  find(id: string): Promise<Job | undefined>;
  /** The latest first. */
  list(filter: Parameters<JobTable["list"]>[0]): Promise<readonly Job[]>;
  /** Ends a job that waits or runs; undefined where it has ended, or never was. */
  cancel(id: string, by: string): Promise<Job | undefined>;
  /** Ends what this instance does; what waits is left to others, or to its next start. */
  stop(): Promise<void>;
}

export interface JobsOptions {
  readonly tables: StorePool;
  /** Who this instance is. No two that run are called the same. */
  readonly instance: string;
  readonly work: JobWork;
  /** How often it is looked for what waits, for what changed and for instances that have gone. @default 1000 */
  readonly lookEveryMs?: number;
  /** @default 2 */
  readonly mostAtOnce?: number;
  /** Hears that jobs have changed, on whichever instance. */
  readonly onChange: () => void;
  readonly log: (line: string) => void;
}

const LOOK_EVERY_MS = 1_000;
const LOOKS_BETWEEN_READINGS = 5;
/** A twin and a lab are two servers: more at once would harm the machine that they run on. */
const MOST_AT_ONCE = 2;
/** What an apply began is dropped within; what takes longer is cleaned up by the next turn. */
const STOP_PATIENCE_MS = 30_000;
/** Added to a job's id: the key of the advisory lock that whoever does it holds. */
const FIRST_LOCK = 1_397_180_000_000_000;

/**
 * Opens the queue and begins to look for work. The store decides who does what: a waiting job is claimed by one instance, which
 * holds the job's advisory lock for as long as it works; a running job whose lock is free belongs to an instance that died.
 */
export function openJobs(options: JobsOptions): Jobs {
  const { tables, instance, work, onChange, log } = options;
  const { lookEveryMs = LOOK_EVERY_MS, mostAtOnce = MOST_AT_ONCE } = options;
  const table = jobTable(tables, instance);
  const running = new Map<string, RunningJob>();
  const endings = new Set<Promise<void>>();
  let open: readonly StoredJob[] = [];
  let latestChange = "";
  let looks = 0;
  let isStopped = false;
  let isLost = false;
  let looking: Promise<void> | undefined;
  let wantsLook = false;

  const begin = (job: StoredJob): void => {
    const started = startJob({ job, table, work, log });
    running.set(job.id, started);
    const ending = tables
      .withLock(FIRST_LOCK + Number(job.id), () => started.run())
      .catch((error: unknown) => log(`job ${job.id} lost the store: ${messageOf(error)}`))
      .then(() => {
        running.delete(job.id);
        endings.delete(ending);
        look();
      });
    endings.add(ending);
  };

  const abandonIfGone = async (job: StoredJob): Promise<void> => {
    const gone = await tables.withLock(FIRST_LOCK + Number(job.id), () => table.abandon(job));
    if (gone === undefined) return;
    log(`job ${job.id} (${job.kind} on ${job.target}) was cut short: ${gone.problem ?? ""}`);
    // A turn cleans up first what an earlier one left half done.
    if (changesTarget(gone.kind))
      await table.ask({
        kind: "observe",
        target: gone.target,
        requestedBy: "streamgate",
        reason: `job ${gone.id} was cut short`,
      });
  };

  /** What was committed out of turn is seen a few looks later at the latest. */
  const readOpen = async (): Promise<void> => {
    const change = await table.latestChange();
    looks += 1;
    if (change === latestChange && looks % LOOKS_BETWEEN_READINGS !== 0) return;
    open = await table.open();
    if (change !== latestChange) onChange();
    latestChange = change;
  };

  const lookOnce = async (): Promise<void> => {
    await readOpen();
    for (const job of open) {
      if (job.state !== "running") continue;
      const own = running.get(job.id);
      if (own === undefined) await abandonIfGone(job);
      else if (job.cancelledBy !== null) own.cancel(job.cancelledBy);
    }
    const byId = new Map(open.map((job) => [job.id, job]));
    for (const [id, own] of running) own.check(byId.get(id), instance);
    for (const job of startable(open, running, mostAtOnce)) begin(job);
  };

  const look = (): void => {
    wantsLook = true;
    looking ??= (async () => {
      while (wantsLook && !isStopped) {
        wantsLook = false;
        try {
          await lookOnce();
          isLost = false;
        } catch (error) {
          if (!isLost) log(`jobs wait for the store: ${messageOf(error)}`);
          isLost = true;
        }
      }
      looking = undefined;
    })();
  };
  const timer = setInterval(look, lookEveryMs);
  timer.unref();
  look();

  return {
    request: async (request) => {
      const job = await table.ask(request);
      if (job === undefined)
        throw unavailable("too many jobs wait already", "wait for some to end");
      if (!open.some(({ id }) => id === job.id)) open = [...open, job];
      look();
      return shownJob(job);
    },
    current: () => open.map(shownJob),
    find: async (id) => maybeShown(await table.find(id)),
    list: async (filter) => (await table.list(filter)).map(shownJob),
    cancel: async (id, by) => {
      const job = await table.cancel(id, by);
      if (job === undefined) return undefined;
      running.get(id)?.cancel(by);
      look();
      return shownJob(job);
    },
    stop: async () => {
      isStopped = true;
      clearInterval(timer);
      for (const job of running.values()) job.stop();
      await looking;
      // The last look may have begun on something.
      for (const job of running.values()) job.stop();
      await Promise.race([
        Promise.all(endings),
        sleep(STOP_PATIENCE_MS, undefined, { ref: false }),
      ]);
    },
  };
}

/** The oldest of each target that nobody works on, as many as there is room for. */
function startable(
  open: readonly StoredJob[],
  running: ReadonlyMap<string, RunningJob>,
  mostAtOnce: number,
): readonly StoredJob[] {
  const busy = new Set(open.flatMap(({ state, target }) => (state === "running" ? [target] : [])));
  for (const { job } of running.values()) busy.add(job.target);
  const chosen: StoredJob[] = [];
  for (const job of open) {
    if (running.size + chosen.length >= mostAtOnce) break;
    if (job.state !== "waiting" || busy.has(job.target)) continue;
    busy.add(job.target);
    chosen.push(job);
  }
  return chosen;
}

function maybeShown(job: StoredJob | undefined): Job | undefined {
  return job === undefined ? undefined : shownJob(job);
}
