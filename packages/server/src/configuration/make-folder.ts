import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { folderUnusable } from "../errors.ts";

/**
 * Makes a folder and its parents, level by level: Node's recursive form never ends where a parent
 * takes no entries, below /proc say.
 *
 * @throws StreamGateError `SG_SERVER_FOLDER_UNUSABLE`
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeLevel(path);
  } catch (cause) {
    throw folderUnusable(path, cause);
  }
}

async function makeLevel(path: string): Promise<void> {
  const facts = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (facts?.isDirectory()) return;
  if (path !== dirname(path)) await makeLevel(dirname(path));
  await mkdir(path, { mode: 0o755 }).catch(async (error: NodeJS.ErrnoException) => {
    // Another process made it first.
    const isThere = error.code === "EEXIST" && (await stat(path)).isDirectory();
    if (!isThere) throw error;
  });
}
