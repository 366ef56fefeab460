import { randomBytes } from "node:crypto";
import { open, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Partial files that this process writes now. */
const underWay = new Set<string>();

/**
 * Writes a file anew, whole or not at all: into a partial file beside it, on the disk, then renamed. Partial files that a
 * killed process left are removed. A file belongs to the processes of one machine.
 *
 * @throws whatever the file system or the chunks throw; the former file is then as it was
 */
export async function replaceFile(
  file: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<void> {
  await removeLeftovers(file);
  const partial = `${file}.${process.pid}-${randomBytes(4).toString("hex")}.partial`;
  underWay.add(partial);
  try {
    const handle = await open(partial, "wx", 0o600);
    try {
      for await (const chunk of chunks) await handle.writeFile(chunk);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, file);
    await syncFolder(dirname(file));
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  } finally {
    underWay.delete(partial);
  }
}

/** So that the new name outlives a loss of power; some systems cannot, and need not. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    return;
  }
}

async function removeLeftovers(file: string): Promise<void> {
  const folder = dirname(file);
  const start = `${basename(file)}.`;
  for (const name of await readdir(folder)) {
    if (!name.startsWith(start)) continue;
    const pid = /^(\d+)-[0-9a-f]{8}\.partial$/.exec(name.slice(start.length))?.[1];
    const path = join(folder, name);
    if (pid === undefined || underWay.has(path) || isOfAnother(Number(pid))) continue;
    await rm(path, { force: true });
  }
}

function isOfAnother(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
