import type { Target } from "@streamgate/monitor";
import type { ProcessReport } from "@streamgate/telemetry";

/** A process with an agent, as it answered last. */
export interface WatchedProcess {
  readonly service: string;
  readonly instance: string;
  readonly target: Target;
  readonly report: ProcessReport;
  readonly heardAtMs: number;
}

/** Remembers the last report of each process; those that were not heard of for long are forgotten. */
export interface WatchedProcesses {
  hear(report: ProcessReport, target: Target, atMs: number): void;
  list(nowMs: number): readonly WatchedProcess[];
}

const FORGOTTEN_AFTER_MS = 10 * 60_000;

export function followProcesses(): WatchedProcesses {
  const processes = new Map<string, WatchedProcess>();
  return {
    hear: (report, target, heardAtMs) => {
      const { instance } = report.identity;
      const service = target.name ?? report.identity.service;
      processes.set(JSON.stringify([service, instance]), {
        service,
        instance,
        target,
        report,
        heardAtMs,
      });
    },
    list: (nowMs) => {
      for (const [key, { heardAtMs }] of processes)
        if (nowMs - heardAtMs > FORGOTTEN_AFTER_MS) processes.delete(key);
      return [...processes.values()];
    },
  };
}
