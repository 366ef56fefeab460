import { join } from "node:path";
import { KeptFile } from "./linux/kept-file.ts";
import { numberAfter } from "./linux/read-numbers.ts";
import type { Sampler, SamplerContext } from "./sampler.ts";

/** Threads of the process: V8's, the pool's, workers. */
export function threadsSampler({ registry, systemRoot }: SamplerContext): Sampler | undefined {
  const file = KeptFile.open(join(systemRoot, "proc/self/status"));
  if (file === undefined) return undefined;
  const gauge = registry
    .gauge({ name: "streamgate_process_threads", help: "Threads of the process." })
    .with();
  return {
    name: "threads",
    intervalMs: 5_000,
    sample: () => {
      const threads = numberAfter(file.readNow() ?? "", "Threads");
      if (threads === undefined) return {};
      gauge.set(threads);
      return { threads };
    },
    stop: () => file.close(),
  };
}
