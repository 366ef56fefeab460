import { join } from "node:path";
import { KeptFile } from "./linux/kept-file.ts";
import { numberAfter } from "./linux/read-numbers.ts";
import { RisingCounter } from "./rising-counter.ts";
import type { Sampler, SamplerContext } from "./sampler.ts";

/** Bytes that the process really made the disk read and write. */
export function diskIoSampler({ registry, systemRoot }: SamplerContext): Sampler | undefined {
  const file = KeptFile.open(join(systemRoot, "proc/self/io"));
  if (file === undefined) return undefined;
  const bytes = registry.counter({
    name: "process_disk_io_bytes",
    help: "Bytes that the process made the disk read or write.",
    unit: "bytes",
    labelNames: ["disk_io_direction"],
  });
  const read = new RisingCounter(bytes.with("read"));
  const written = new RisingCounter(bytes.with("write"));
  return {
    name: "disk-io",
    intervalMs: 5_000,
    sample: () => {
      const text = file.readNow() ?? "";
      read.advanceTo(numberAfter(text, "read_bytes"));
      written.advanceTo(numberAfter(text, "write_bytes"));
      return {};
    },
    stop: () => file.close(),
  };
}
