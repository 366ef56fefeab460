import { join } from "node:path";
import { KeptFile } from "./kept-file.ts";
import { openCgroup, textOf } from "./open-cgroup.ts";
import { limitIn, numberAfter } from "./read-numbers.ts";

/** What a control group says of memory. */
interface CgroupMemory {
  readonly limitBytes: number;
  /** The working set: what counts against the limit and cannot be dropped at once. */
  readonly usedBytes: number;
}

/** The narrowest of the limits that this process stands under. */
export interface MemoryLimit {
  readonly limitBytes: number;
  /** @returns undefined where it cannot be read any more */
  read(): Promise<CgroupMemory | undefined>;
  close(): void;
}

const FILES = {
  1: {
    limit: "memory.limit_in_bytes",
    usage: "memory.usage_in_bytes",
    droppable: "total_inactive_file",
  },
  2: { limit: "memory.max", usage: "memory.current", droppable: "inactive_file" },
} as const;

/**
 * Finds the narrowest memory limit of the process's control groups.
 *
 * @param hostBytes a limit from there on is none: version 1 says "unlimited" by a huge number
 * @returns undefined where nothing limits it
 */
export function openMemoryLimit(systemRoot: string, hostBytes: number): MemoryLimit | undefined {
  const cgroup = openCgroup("memory", systemRoot);
  if (cgroup === undefined) return undefined;
  const names = FILES[cgroup.version];
  const narrowest = cgroup.folders
    .map((folder) => ({ folder, limitBytes: limitIn(textOf(join(folder, names.limit))) }))
    .filter(({ limitBytes }) => limitBytes < hostBytes)
    .reduce<{ readonly folder: string; readonly limitBytes: number } | undefined>(
      (least, each) => (least && least.limitBytes <= each.limitBytes ? least : each),
      undefined,
    );
  if (narrowest === undefined) return undefined;
  const { folder, limitBytes } = narrowest;
  const usage = KeptFile.open(join(folder, names.usage));
  const statistics = KeptFile.open(join(folder, "memory.stat"));
  return {
    limitBytes,
    read: async () => {
      const [used, details] = await Promise.all([usage?.read(), statistics?.read()]);
      if (used === undefined) return undefined;
      const droppable = numberAfter(details ?? "", names.droppable) ?? 0;
      return { limitBytes, usedBytes: Math.max(0, limitIn(used) - droppable) };
    },
    close: () => {
      usage?.close();
      statistics?.close();
    },
  };
}
