import { availableParallelism } from "node:os";
import { openCpuQuota } from "./linux/cgroup-cpu.ts";
import { RisingCounter } from "./rising-counter.ts";
import type { Sampler, SamplerContext } from "./sampler.ts";

const SAMPLES_BEFORE_LOOKING_AGAIN = 60;
const MICROSECONDS = 1e6;

/** CPU time of all threads, against the cores or the quota that the process may use. */
export function cpuSampler({ registry, clock, systemRoot }: SamplerContext): Sampler {
  const times = registry.counter({
    name: "process_cpu_time_seconds",
    help: "CPU time of all threads of the process.",
    unit: "seconds",
    labelNames: ["cpu_mode"],
  });
  const user = times.with("user");
  const system = times.with("system");
  const utilizations = registry
    .gauge({
      name: "process_cpu_utilization_ratio",
      help: "Share of the cores, or of the quota, that the process used in the last second.",
      unit: "ratio",
    })
    .with();
  const throttled = registry.counter({
    name: "streamgate_process_cpu_throttled_seconds",
    help: "Time for which the quota of its control group stopped threads.",
    unit: "seconds",
  });
  const countThrottled = () => new RisingCounter(throttled.with(), "first answer");
  let quota = openCpuQuota(systemRoot);
  let before: NodeJS.CpuUsage = { user: 0, system: 0 };
  let beforeMs = clock.monotonicMs() - process.uptime() * 1_000;
  let throttledTotal = countThrottled();
  let samples = 0;
  return {
    name: "cpu",
    intervalMs: 1_000,
    sample: async () => {
      samples += 1;
      if (samples % SAMPLES_BEFORE_LOOKING_AGAIN === 0) {
        quota?.close();
        quota = openCpuQuota(systemRoot);
        throttledTotal = countThrottled();
      }
      const now = process.cpuUsage();
      const nowMs = clock.monotonicMs();
      const used = (now.user - before.user + now.system - before.system) / MICROSECONDS;
      const cores = Math.min(availableParallelism(), quota?.cores ?? Number.POSITIVE_INFINITY);
      const seconds = (nowMs - beforeMs) / 1_000;
      const utilization = seconds > 0 ? used / (seconds * cores) : 0;
      user.add((now.user - before.user) / MICROSECONDS);
      system.add((now.system - before.system) / MICROSECONDS);
      utilizations.set(utilization);
      before = now;
      beforeMs = nowMs;
      const throttledSeconds = await quota?.readThrottledSeconds();
      throttledTotal.advanceTo(throttledSeconds);
      return {
        cpu: {
          userSeconds: now.user / MICROSECONDS,
          systemSeconds: now.system / MICROSECONDS,
          cores,
          utilization,
          ...(throttledSeconds === undefined ? {} : { throttledSeconds }),
        },
      };
    },
    stop: () => quota?.close(),
  };
}
