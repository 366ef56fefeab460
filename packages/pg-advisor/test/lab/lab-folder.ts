import { chmod, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";

export const SHARED_FOLDER = "/tmp/streamgate-test-shared";

/** A folder that the server's user may enter, with room for one lab. */
export interface LabFolder {
  readonly lab: string;
  remove(): Promise<void>;
}

export async function makeLabFolder(): Promise<LabFolder> {
  const parent = await mkdtemp("/tmp/streamgate-lab-");
  await chmod(parent, 0o755);
  return {
    lab: join(parent, "lab"),
    remove: () => rm(parent, { recursive: true, force: true }),
  };
}

/** Ids of the server processes whose data lies below `folder`. */
export async function serversIn(folder: string): Promise<readonly string[]> {
  const { readdir, readFile } = await import("node:fs/promises");
  const ids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found: string[] = [];
  for (const id of ids) {
    const command = await readFile(`/proc/${id}/cmdline`, "utf8").catch(() => "");
    if (command.includes(folder)) found.push(id);
  }
  return found;
}
