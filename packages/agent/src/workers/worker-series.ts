import type { HistogramSeries, Registry } from "@streamgate/telemetry";
import type { WorkerPoolStats } from "./worker-pool.ts";

/** The series of a pool of workers. */
export interface WorkerSeries {
  /** From the call to the result, waiting included. */
  readonly duration: HistogramSeries;
  end(): void;
}

const OUTCOMES = ["completed", "failed", "aborted", "refused"] as const;

/** Shows what a pool does, before each reading of the registry. */
export function showWorkers(
  registry: Registry,
  name: string,
  read: () => WorkerPoolStats,
): WorkerSeries {
  const threads = registry
    .gauge({
      name: "streamgate_worker_threads",
      help: "Threads of a worker pool.",
      labelNames: ["pool"],
    })
    .with(name);
  const tasks = registry.gauge({
    name: "streamgate_worker_tasks_pending",
    help: "Tasks of a worker pool that are not done, by whether a thread works on them.",
    labelNames: ["pool", "state"],
  });
  const ended = registry.counter({
    name: "streamgate_worker_tasks",
    help: "Tasks of a worker pool, by how they ended.",
    labelNames: ["pool", "outcome"],
  });
  const duration = registry
    .histogram({
      name: "streamgate_worker_task_duration_seconds",
      help: "Time from handing a task to a worker pool to its result.",
      unit: "seconds",
      labelNames: ["pool"],
    })
    .with(name);
  const running = tasks.with(name, "running");
  const waiting = tasks.with(name, "waiting");
  const told = new Map(OUTCOMES.map((outcome) => [outcome, 0]));
  const stop = registry.onCollect(() => {
    const stats = read();
    threads.set(stats.threads);
    running.set(stats.running);
    waiting.set(stats.waiting);
    for (const outcome of OUTCOMES) {
      ended.with(name, outcome).add(stats[outcome] - (told.get(outcome) ?? 0));
      told.set(outcome, stats[outcome]);
    }
  });
  return { duration, end: stop };
}
