import { join } from "node:path";
import { KeptFile } from "./kept-file.ts";
import { openCgroup, textOf } from "./open-cgroup.ts";
import { limitIn, numberAfter } from "./read-numbers.ts";

/** The narrowest of the CPU quotas that this process stands under. */
export interface CpuQuota {
  /** CPU seconds a second. */
  readonly cores: number;
  /** For how long the quota has stopped the group's threads, summed over them; undefined where it cannot be read. */
  readThrottledSeconds(): Promise<number | undefined>;
  close(): void;
}

const NANOSECONDS = 1e9;
const MICROSECONDS = 1e6;

/** @returns undefined where there is no quota */
export function openCpuQuota(systemRoot: string): CpuQuota | undefined {
  const cgroup = openCgroup("cpu", systemRoot);
  if (cgroup === undefined) return undefined;
  const { version } = cgroup;
  const narrowest = cgroup.folders
    .map((folder) => ({ folder, cores: version === 2 ? secondQuota(folder) : firstQuota(folder) }))
    .filter(({ cores }) => Number.isFinite(cores) && cores > 0)
    .reduce<{ readonly folder: string; readonly cores: number } | undefined>(
      (least, each) => (least && least.cores <= each.cores ? least : each),
      undefined,
    );
  if (narrowest === undefined) return undefined;
  const statistics = KeptFile.open(join(narrowest.folder, "cpu.stat"));
  return {
    cores: narrowest.cores,
    readThrottledSeconds: async () => {
      const text = (await statistics?.read()) ?? "";
      const inMicroseconds = numberAfter(text, "throttled_usec");
      if (inMicroseconds !== undefined) return inMicroseconds / MICROSECONDS;
      const inNanoseconds = numberAfter(text, "throttled_time");
      return inNanoseconds === undefined ? undefined : inNanoseconds / NANOSECONDS;
    },
    close: () => statistics?.close(),
  };
}

/** `200000 100000`: 2 cores; `max 100000`: no quota. */
function secondQuota(folder: string): number {
  const [quota, period] = (textOf(join(folder, "cpu.max")) ?? "max").trim().split(/\s+/);
  return limitIn(quota) / (Number(period) || 100_000);
}

/** Two files; -1 says that there is no quota. */
function firstQuota(folder: string): number {
  const period = limitIn(textOf(join(folder, "cpu.cfs_period_us")));
  return limitIn(textOf(join(folder, "cpu.cfs_quota_us"))) / period;
}
