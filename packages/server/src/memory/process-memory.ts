import { readFile } from "node:fs/promises";

/**
 * Memory of a process in bytes, pages that it shares counted by its part of them (proportional set
 * size, proc(5)); null where the system does not tell, which is everywhere but on Linux.
 */
export async function readProportionalBytes(pid: number): Promise<number | null> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
  const kilobytes = /^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}

/** The same for a process with all that it started; null where that of none is known. */
export async function readTreeBytes(pid: number): Promise<number | null> {
  const family = await listFamily(pid);
  const sizes = await Promise.all(family.map(readProportionalBytes));
  const known = sizes.filter((bytes) => bytes !== null);
  return known.length === 0 ? null : known.reduce((sum, bytes) => sum + bytes, 0);
}

async function listFamily(pid: number): Promise<readonly number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8").catch(() => "");
  const children = text
    .split(" ")
    .map(Number)
    .filter((child) => child > 0);
  const families = await Promise.all(children.map(listFamily));
  return [pid, ...families.flat()];
}
