import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { MessagePort } from "node:worker_threads";
import type { Registry } from "@streamgate/telemetry";
import { Piscina } from "piscina";
import { badAgentOption, workersClosed, workQueueFull } from "../errors.ts";
import { showWorkers, type WorkerSeries } from "./worker-series.ts";

/** What may be moved to a worker instead of being copied: it cannot be used here any more. */
export type Transferable = ArrayBuffer | MessagePort;

export interface WorkerPoolOptions {
  /** The module whose default export, or another one by `exportName`, takes a task and gives its result. */
  readonly module: URL | string;
  /** The value of the label `pool` of its series. @default "workers" */
  readonly name?: string;
  /** Threads that stay, from 0. @default 0 */
  readonly minThreads?: number;
  /** Threads at the most, from 1. @default the cores but one, at least 1 */
  readonly maxThreads?: number;
  /** Tasks that may wait for a thread, from 0; one more is refused at once. @default 16 a thread */
  readonly maxWaiting?: number;
  /** A thread above `minThreads` that had nothing to do for so long ends, ms. @default 10_000 */
  readonly idleTimeoutMs?: number;
  /** Heap of the old generation that a thread may use, MB; the thread that needs more ends, and its task rejects. @default V8's */
  readonly maxHeapMegabytes?: number;
  /** Where its series are kept. @default none are */
  readonly registry?: Registry;
}

export interface RunOptions {
  /** Takes the task back: out of the queue, or by ending the thread that runs it. */
  readonly signal?: AbortSignal;
  /** Parts of the task that are moved, not copied. @default none */
  readonly transfer?: readonly Transferable[];
  /** Which export of the module is called. @default "default" */
  readonly exportName?: string;
}

/** What a pool of workers is doing. */
export interface WorkerPoolStats {
  readonly threads: number;
  /** Tasks that a thread works on. */
  readonly running: number;
  readonly waiting: number;
  readonly completed: number;
  readonly failed: number;
  readonly aborted: number;
  /** Tasks that found the queue full. */
  readonly refused: number;
}

/** Work that would hold up the event loop, in threads of its own. */
export interface WorkerPool<Task, Result> {
  /**
   * Has a task done by a thread.
   *
   * @throws SG_AGENT_WORK_QUEUE_FULL, SG_AGENT_WORKERS_CLOSED, the signal's reason, or what the task threw
   */
  run(task: Task, options?: RunOptions): Promise<Result>;
  stats(): WorkerPoolStats;
  /** Waits for the tasks that were taken on, then ends the threads. */
  close(): Promise<void>;
}

const IDLE_TIMEOUT_MS = 10_000;
const WAITING_A_THREAD = 16;

/**
 * A pool of worker threads, on piscina: bounded, so that a flood is refused early and not remembered. Idle threads keep no
 * process alive.
 *
 * @example
 * ```ts
 * import { createWorkerPool } from "@streamgate/agent/workers";
 *
 * const hashing = createWorkerPool<string, string>({
 *   module: new URL("./hash-password.js", import.meta.url),
 *   maxThreads: 2,
 * });
 * const hash = await hashing.run("secret", { signal: AbortSignal.timeout(2_000) });
 * ```
 *
 * @throws SG_AGENT_BAD_OPTION
 */
export function createWorkerPool<Task, Result>(
  options: WorkerPoolOptions,
): WorkerPool<Task, Result> {
  return new PiscinaPool(options);
}

class PiscinaPool<Task, Result> implements WorkerPool<Task, Result> {
  private readonly threads: Piscina<Task, Result>;
  private readonly maxThreads: number;
  private readonly maxWaiting: number;
  private readonly series: WorkerSeries | undefined;
  private readonly counts = { completed: 0, failed: 0, aborted: 0, refused: 0 };
  private readonly underWay = new Set<Promise<Result>>();
  private isClosed = false;

  constructor(options: WorkerPoolOptions) {
    const { minThreads, maxThreads, maxWaiting, idleTimeoutMs } = resolve(options);
    const { module, name = "workers", maxHeapMegabytes, registry } = options;
    this.maxThreads = maxThreads;
    this.maxWaiting = maxWaiting;
    this.threads = new Piscina<Task, Result>({
      filename: module instanceof URL ? fileURLToPath(module) : module,
      minThreads,
      maxThreads,
      maxQueue: Number.POSITIVE_INFINITY,
      idleTimeout: idleTimeoutMs,
      recordTiming: false,
      ...(maxHeapMegabytes && { resourceLimits: { maxOldGenerationSizeMb: maxHeapMegabytes } }),
    });
    this.series = registry && showWorkers(registry, name, () => this.stats());
  }

  async run(task: Task, options: RunOptions = {}): Promise<Result> {
    if (this.isClosed) throw workersClosed();
    const { signal, transfer = [], exportName = "default" } = options;
    signal?.throwIfAborted();
    if (this.underWay.size >= this.maxThreads + this.maxWaiting) {
      this.counts.refused += 1;
      throw workQueueFull(this.underWay.size - this.maxThreads);
    }
    const beganMs = performance.now();
    const answer = this.threads.run(task, {
      transferList: [...transfer],
      name: exportName,
      ...(signal && { signal }),
    });
    this.underWay.add(answer);
    try {
      const result = await answer;
      this.counts.completed += 1;
      return result;
    } catch (thrown) {
      this.counts[signal?.aborted ? "aborted" : "failed"] += 1;
      throw signal?.aborted ? signal.reason : thrown;
    } finally {
      this.underWay.delete(answer);
      this.series?.duration.record((performance.now() - beganMs) / 1_000);
    }
  }

  stats(): WorkerPoolStats {
    const running = Math.min(this.underWay.size, this.maxThreads);
    return {
      threads: this.threads.threads.length,
      running,
      waiting: this.underWay.size - running,
      ...this.counts,
    };
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    // `close` of piscina 5.3 ends tasks whose thread has only begun to start.
    await Promise.allSettled(this.underWay);
    await this.threads.destroy();
    this.series?.end();
  }
}

function resolve(options: WorkerPoolOptions) {
  const maxThreads = options.maxThreads ?? Math.max(1, availableParallelism() - 1);
  const {
    minThreads = 0,
    maxWaiting = WAITING_A_THREAD * maxThreads,
    idleTimeoutMs = IDLE_TIMEOUT_MS,
  } = options;
  requireWhole("maxThreads", maxThreads, 1);
  requireWhole("minThreads", minThreads, 0);
  requireWhole("maxWaiting", maxWaiting, 0);
  requireWhole("idleTimeoutMs", idleTimeoutMs, 0);
  if (minThreads > maxThreads)
    throw badAgentOption("minThreads", minThreads, `at most maxThreads, ${maxThreads}`);
  return { minThreads, maxThreads, maxWaiting, idleTimeoutMs };
}

function requireWhole(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw badAgentOption(name, value, `a whole number from ${least}`);
}
