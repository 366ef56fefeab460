import { totalmem } from "node:os";
import { openMemoryLimit } from "./linux/cgroup-memory.ts";
import type { Sampler, SamplerContext } from "./sampler.ts";

/** A limit may be set anew while the process runs. */
const SAMPLES_BEFORE_LOOKING_AGAIN = 60;

/** Resident memory against what the process may use: the narrowest limit of its control groups, else the host's memory. */
export function memorySampler({ registry, systemRoot }: SamplerContext): Sampler {
  const resident = registry
    .gauge({
      name: "process_memory_usage_bytes",
      help: "Resident memory of the process.",
      unit: "bytes",
    })
    .with();
  const limits = registry
    .gauge({
      name: "process_memory_limit_bytes",
      help: "Memory that the process may use: of the narrowest control group, else the host's.",
      unit: "bytes",
    })
    .with();
  const ratios = registry
    .gauge({
      name: "streamgate_process_memory_ratio",
      help: "Share of the limit in use: the control group's working set, else the resident memory.",
      unit: "ratio",
    })
    .with();
  const hostBytes = totalmem();
  let limit = openMemoryLimit(systemRoot, hostBytes);
  let samples = 0;
  return {
    name: "memory",
    intervalMs: 1_000,
    sample: async () => {
      samples += 1;
      if (samples % SAMPLES_BEFORE_LOOKING_AGAIN === 0) {
        limit?.close();
        limit = openMemoryLimit(systemRoot, hostBytes);
      }
      const rssBytes = process.memoryUsage.rss();
      const limited = await limit?.read();
      const limitBytes = limited?.limitBytes ?? hostBytes;
      const usedBytes = limited?.usedBytes ?? rssBytes;
      resident.set(rssBytes);
      limits.set(limitBytes);
      ratios.set(usedBytes / limitBytes);
      const limitedBy = limited === undefined ? "host" : "cgroup";
      return { memory: { rssBytes, limitBytes, usedBytes, limitedBy } };
    },
    stop: () => limit?.close(),
  };
}
