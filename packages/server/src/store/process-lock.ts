import { open, readFile, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeFolder } from "../configuration/make-folder.ts";
import { folderBusy } from "../errors.ts";

const POLL_MS = 50;
const PATIENCE_MS = 60_000;

/**
 * Runs `work` while this process holds the lock file; another process waits. The lock of a process
 * that died is taken over.
 *
 * @throws StreamGateError `SG_SERVER_FOLDER_BUSY` after a minute
 */
export async function withProcessLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  await makeFolder(dirname(file));
  const deadline = performance.now() + PATIENCE_MS;
  while (!(await take(file))) {
    const holder = await holderOf(file);
    if (holder !== undefined && !isAlive(holder)) await rm(file, { force: true });
    else if (performance.now() > deadline) throw folderBusy(dirname(file), holder ?? 0);
    // Also after a removal: others who saw the same dead holder remove before anybody takes.
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string): Promise<boolean> {
  try {
    const handle = await open(file, "wx", 0o644);
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Undefined while the holder has not yet written its id, or has just gone. */
async function holderOf(file: string): Promise<number | undefined> {
  const pid = Number.parseInt(await readFile(file, "utf8").catch(() => ""), 10);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

/** Whether a process with this id runs, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
