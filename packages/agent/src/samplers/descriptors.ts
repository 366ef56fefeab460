import { readdirSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextRound } from "node:timers/promises";
import type { Sampler, SamplerContext } from "./sampler.ts";

/** Every descriptor is looked at up to so many; of more, so many chosen evenly, and their share is that of all. */
const MOST_LOOKED_AT = 512;
/** Looked at in one go: about 4 µs each. */
const BATCH = 64;

/** Open file descriptors, and how many of them are sockets. */
export function descriptorsSampler({ registry, systemRoot }: SamplerContext): Sampler | undefined {
  const folder = descriptorFolder(systemRoot);
  if (folder === undefined) return undefined;
  const open = registry
    .gauge({ name: "process_open_file_descriptors_count", help: "Open file descriptors." })
    .with();
  const sockets = registry
    .gauge({
      name: "streamgate_process_sockets",
      help: "Open sockets, idle ones of keep-alive agents too; an estimate beyond 512 descriptors.",
    })
    .with();
  return {
    name: "descriptors",
    intervalMs: 10_000,
    sample: async () => {
      const names = readdirSync(folder);
      open.set(names.length);
      const share = await shareOfSockets(folder, names);
      if (share === undefined) return { fileDescriptors: names.length };
      const socketCount = Math.round(share * names.length);
      sockets.set(socketCount);
      return { fileDescriptors: names.length, sockets: socketCount };
    },
    stop: () => undefined,
  };
}

/** Linux has it in `/proc`; macOS has names in `/dev/fd`, but no links that tell what they are. */
function descriptorFolder(systemRoot: string): string | undefined {
  return [join(systemRoot, "proc/self/fd"), join(systemRoot, "dev/fd")].find((folder) => {
    try {
      return statSync(folder).isDirectory();
    } catch {
      return false;
    }
  });
}

async function shareOfSockets(
  folder: string,
  names: readonly string[],
): Promise<number | undefined> {
  const step = Math.max(1, names.length / MOST_LOOKED_AT);
  let looked = 0;
  let sockets = 0;
  for (let place = 0; place < names.length; place += step) {
    const target = linkOf(join(folder, names[Math.floor(place)] ?? ""));
    if (target !== undefined) {
      looked += 1;
      if (target.startsWith("socket:")) sockets += 1;
    }
    if (looked % BATCH === BATCH - 1) await nextRound();
  }
  return looked === 0 ? undefined : sockets / looked;
}

/** @returns undefined where it was closed meanwhile, or is no link */
function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
