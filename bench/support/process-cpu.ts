import { readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";

/** USER_HZ of Linux on every platform that Node runs on. */
const TICKS_A_SECOND = 100;
const FIRST_FIELD_AFTER_NAME = 3;
const CPU_FIELDS = [14, 15, 16, 17] as const;

/**
 * Milliseconds of CPU that this process and all below it have used, those included that ended;
 * counted in ticks of 10 ms. Where there is no /proc, this process's own alone.
 */
export async function cpuMsOfProcessTree(): Promise<number> {
  if (process.platform !== "linux") return process.cpuUsage().user / 1000;
  return cpuMsOf(process.pid);
}

async function cpuMsOf(pid: number): Promise<number> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = CPU_FIELDS.reduce(
      (sum, field) => sum + Number(fields[field - FIRST_FIELD_AFTER_NAME]),
      0,
    );
    let below = 0;
    for (const child of await childrenOf(pid)) below += await cpuMsOf(child);
    return (ticks * 1000) / TICKS_A_SECOND + below;
  } catch {
    return 0;
  }
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const threads = await readdir(`/proc/${pid}/task`);
  const lists = await Promise.all(
    threads.map((thread) =>
      readFile(`/proc/${pid}/task/${thread}/children`, "utf8").catch(() => ""),
    ),
  );
  return lists.flatMap((list) => list.trim().split(" ").filter(Boolean).map(Number));
}

/** Resident bytes of a process that no other shares with it, and those of its children. */
export function privateBytesOf(pid: number): number {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    const kilobytes = [...rollup.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB$/gm)];
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    const below = children.trim().split(" ").filter(Boolean).map(Number);
    return (
      kilobytes.reduce((sum, [, size]) => sum + Number(size) * 1024, 0) +
      below.reduce((sum, child) => sum + privateBytesOf(child), 0)
    );
  } catch {
    return 0;
  }
}
