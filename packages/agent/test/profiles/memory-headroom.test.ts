import { expect, test } from "vitest";
import { forceCollection } from "../../src/profiles/forced-collection.ts";
import { memoryRefusal, snapshotBytes } from "../../src/profiles/memory-headroom.ts";
import { readHeadroom } from "../../src/profiles/read-headroom.ts";
import { makeSystemRoot } from "../samplers/system-root.ts";

const MEGABYTE = 1_048_576;

test("what needs more than is free is refused, with the figures", () => {
  const headroom = {
    freeBytes: 300 * MEGABYTE,
    limitBytes: 512 * MEGABYTE,
    limitedBy: "cgroup" as const,
  };
  expect(memoryRefusal(300 * MEGABYTE, headroom)).toBeUndefined();
  expect(memoryRefusal(snapshotBytes(100 * MEGABYTE), headroom)).toBe(
    "it may take 1,664 MB, and only 300 MB of the control group's 512 MB are free",
  );
});

test("free is what the narrowest limit leaves", async () => {
  const { root, remove } = await makeSystemRoot({
    "proc/self/cgroup": "0::/\n",
    "proc/self/mountinfo": "29 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
    "sys/fs/cgroup/memory.max": "1000000\n",
    "sys/fs/cgroup/memory.current": "800000\n",
    "sys/fs/cgroup/memory.stat": "inactive_file 100000\n",
  });
  expect(await readHeadroom(root)).toEqual({
    freeBytes: 300_000,
    limitBytes: 1_000_000,
    limitedBy: "cgroup",
  });
  await remove();
  expect(await readHeadroom("/nowhere")).toMatchObject({ limitedBy: "host" });
});

test("garbage is collected without --expose-gc, which stays off for the application", () => {
  const wasExposed = globalThis.gc !== undefined;
  let garbage: number[] | undefined = Array.from({ length: 1_000_000 }, (_, at) => at * 1.1);
  expect(garbage.length).toBe(1_000_000);
  garbage = undefined;
  const { heapBeforeBytes, heapAfterBytes } = forceCollection();
  expect(heapAfterBytes).toBeLessThan(heapBeforeBytes);
  expect(globalThis.gc !== undefined).toBe(wasExposed);
});
