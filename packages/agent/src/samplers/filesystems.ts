import { stat, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname } from "node:path";
import { ChangingGauges } from "./changing-gauges.ts";
import type { Sampler, SamplerContext } from "./sampler.ts";

/**
 * How full the file systems are that the process works on: those of its folder and of temporary
 * files, and the root. Their places are found once; a mount that comes later belongs to others.
 */
export function filesystemsSampler({ registry }: SamplerContext): Sampler {
  const used = new ChangingGauges(
    registry.gauge({
      name: "system_filesystem_utilization_ratio",
      help: "Share of the file system that is taken, as df tells it.",
      unit: "ratio",
      labelNames: ["mountpoint"],
    }),
  );
  let mountpoints: readonly string[] | undefined;
  return {
    name: "filesystems",
    intervalMs: 15_000,
    sample: async () => {
      mountpoints ??= await findMountpoints(["/", process.cwd(), tmpdir()]);
      const shares = await Promise.all(
        mountpoints.map(async (path) => [path, await shareTaken(path)] as const),
      );
      used.set(Object.fromEntries(shares.filter(([, share]) => Number.isFinite(share))));
      return {};
    },
    stop: () => undefined,
  };
}

/** The folders at which the file systems of these paths are mounted, each once. */
export async function findMountpoints(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(paths.map(mountpointOf));
  return [...new Set(found.flatMap((path) => path ?? []))];
}

/** Upwards as long as it is the same device. */
async function mountpointOf(path: string): Promise<string | undefined> {
  try {
    const { dev } = await stat(path);
    let place = path;
    for (;;) {
      const above = dirname(place);
      if (above === place || (await stat(above)).dev !== dev) return place;
      place = above;
    }
  } catch {
    return undefined;
  }
}

/** Of what others than root may take; NaN where the kernel does not tell. */
async function shareTaken(path: string): Promise<number> {
  try {
    const { blocks, bfree, bavail } = await statfs(path);
    return (blocks - bfree) / (blocks - bfree + bavail);
  } catch {
    return Number.NaN;
  }
}
