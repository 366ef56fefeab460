import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type CgroupFolders, cgroupFolders } from "./cgroup-folders.ts";

/**
 * The control groups of this process.
 *
 * @param systemRoot where `/proc` and `/sys` are
 * @returns undefined where there are none: macOS, a container without the mount
 */
export function openCgroup(
  controller: "memory" | "cpu",
  systemRoot: string,
): CgroupFolders | undefined {
  try {
    const found = cgroupFolders(
      controller,
      readFileSync(join(systemRoot, "proc/self/cgroup"), "utf8"),
      readFileSync(join(systemRoot, "proc/self/mountinfo"), "utf8"),
    );
    return found && { ...found, folders: found.folders.map((folder) => join(systemRoot, folder)) };
  } catch {
    return undefined;
  }
}

/** The text of a small file; undefined where there is none. */
export function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
