import { join } from "node:path";

/** Where the limits of a process lie. */
export interface CgroupFolders {
  readonly version: 1 | 2;
  /** The process's own group first, then what holds it, up to the highest that can be seen. */
  readonly folders: readonly string[];
}

interface Mount {
  /** Which part of the hierarchy is mounted; in a container often not the whole. */
  readonly root: string;
  readonly point: string;
  readonly type: string;
  readonly options: readonly string[];
}

/**
 * The folders of a process's control groups, where limits may be set at each level (cgroups(7), proc_pid_mountinfo(5)).
 *
 * @param cgroupText of `/proc/self/cgroup`
 * @param mountsText of `/proc/self/mountinfo`
 * @returns undefined where no such hierarchy is mounted
 */
export function cgroupFolders(
  controller: "memory" | "cpu",
  cgroupText: string,
  mountsText: string,
): CgroupFolders | undefined {
  const mounts = mountsText.split("\n").flatMap(parseMount);
  const memberships = cgroupText.split("\n").map((line) => splitMembership(line));
  const first = memberships.find(({ controllers }) => controllers.includes(controller));
  const firstMount = mounts.find(
    ({ type, options }) => type === "cgroup" && options.includes(controller),
  );
  if (first !== undefined && firstMount !== undefined)
    return { version: 1, folders: foldersUpwards(first.path, firstMount) };
  const second = memberships.find(({ hierarchy }) => hierarchy === "0");
  const secondMount = mounts.find(({ type }) => type === "cgroup2");
  if (second === undefined || secondMount === undefined) return undefined;
  return { version: 2, folders: foldersUpwards(second.path, secondMount) };
}

/** `4:memory:/kubepods/pod1`, `0::/`; a path may hold colons. */
function splitMembership(line: string): {
  readonly hierarchy: string;
  readonly controllers: readonly string[];
  readonly path: string;
} {
  const [hierarchy = "", controllers = "", ...path] = line.split(":");
  return { hierarchy, controllers: controllers.split(","), path: path.join(":") };
}

/** `31 23 0:28 / /sys/fs/cgroup/memory rw shared:9 - cgroup cgroup rw,memory` */
function parseMount(line: string): readonly Mount[] {
  const [before = "", after = ""] = line.split(" - ");
  const [, , , root, point] = before.split(" ");
  const [type = "", , options = ""] = after.split(" ");
  if (root === undefined || point === undefined) return [];
  return [{ root: plainPath(root), point: plainPath(point), type, options: options.split(",") }];
}

/** Blanks and backslashes stand there in octal: `\040`. */
function plainPath(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

function foldersUpwards(path: string, mount: Mount): string[] {
  const parts = visibleParts(path, mount.root);
  const folders = [mount.point];
  for (const part of parts) folders.unshift(join(folders[0] ?? mount.point, part));
  return folders;
}

/** What lies below the mount. A path that is not (another namespace's, `/../x`) is as good as the mount itself. */
function visibleParts(path: string, root: string): readonly string[] {
  const prefix = root === "/" ? "/" : `${root}/`;
  if (!`${path}/`.startsWith(prefix)) return [];
  const parts = path
    .slice(prefix.length)
    .split("/")
    .filter((part) => part !== "");
  return parts.includes("..") ? [] : parts;
}
