import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isAlive } from "../store/process-lock.ts";
import type { DataFolder } from "./data-folder.ts";
import { makeFolder } from "./make-folder.ts";

/** A folder for the disposable servers of this process: `run/<pid>-…`. Others may enter it. */
export async function makeRunFolder(folder: DataFolder): Promise<string> {
  await makeFolder(folder.run);
  await removeLeftovers(folder);
  const made = await mkdtemp(join(folder.run, `${process.pid}-`));
  await chmod(made, 0o755);
  return made;
}

/** Removes what processes that died left behind. */
async function removeLeftovers(folder: DataFolder): Promise<void> {
  for (const name of await readdir(folder.run)) {
    const pid = Number.parseInt(name, 10);
    if (!Number.isInteger(pid) || isAlive(pid)) continue;
    await rm(join(folder.run, name), { recursive: true, force: true });
  }
}
