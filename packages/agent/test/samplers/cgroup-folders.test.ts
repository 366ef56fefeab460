import { expect, test } from "vitest";
import { cgroupFolders } from "../../src/samplers/linux/cgroup-folders.ts";

const UNIFIED = "29 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate";

test("version 2: the own group first, then all that hold it", () => {
  expect(cgroupFolders("memory", "0::/system.slice/shop.service\n", UNIFIED)).toEqual({
    version: 2,
    folders: [
      "/sys/fs/cgroup/system.slice/shop.service",
      "/sys/fs/cgroup/system.slice",
      "/sys/fs/cgroup",
    ],
  });
});

test("a container with a namespace of its own sees one level", () => {
  expect(cgroupFolders("cpu", "0::/\n", UNIFIED)?.folders).toEqual(["/sys/fs/cgroup"]);
});

test("a container without a namespace has the host's path, of which its mount is the beginning", () => {
  const mount = "30 24 0:27 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw";
  expect(cgroupFolders("memory", "0::/docker/abc/worker\n", mount)?.folders).toEqual([
    "/sys/fs/cgroup/worker",
    "/sys/fs/cgroup",
  ]);
});

test.each(["0::/../other\n", "0::/docker/abcdef\n"])(
  "a path outside of the mount is the mount: %j",
  (path) => {
    const mount = "30 24 0:27 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw";
    expect(cgroupFolders("memory", path, mount)?.folders).toEqual(["/sys/fs/cgroup"]);
  },
);

test("version 1: each controller has a hierarchy and a path of its own", () => {
  const memberships = "4:memory:/kubepods/pod1\n3:cpu,cpuacct:/kubepods\n0::/ignored\n";
  const mounts = [
    "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
    "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
    "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
  ].join("\n");
  expect(cgroupFolders("memory", memberships, mounts)).toEqual({
    version: 1,
    folders: [
      "/sys/fs/cgroup/memory/kubepods/pod1",
      "/sys/fs/cgroup/memory/kubepods",
      "/sys/fs/cgroup/memory",
    ],
  });
  expect(cgroupFolders("cpu", memberships, mounts)?.folders[0]).toBe(
    "/sys/fs/cgroup/cpu,cpuacct/kubepods",
  );
});

test("blanks in paths are octal, and paths may hold colons", () => {
  const mount = String.raw`30 24 0:27 / /mnt/my\040groups rw - cgroup2 cgroup rw`;
  expect(cgroupFolders("memory", "0::/a:b\n", mount)?.folders[0]).toBe("/mnt/my groups/a:b");
});

test.each([
  ["", ""],
  ["0::/\n", "22 1 8:1 / / rw - ext4 /dev/root rw"],
  ["nonsense", "more nonsense - and - more"],
])("where nothing is mounted there is nothing: %j", (memberships, mounts) => {
  expect(cgroupFolders("memory", memberships, mounts)).toBeUndefined();
});
