import { afterEach, expect, test } from "vitest";
import { openCpuQuota } from "../../src/samplers/linux/cgroup-cpu.ts";
import { openMemoryLimit } from "../../src/samplers/linux/cgroup-memory.ts";
import { makeSystemRoot } from "./system-root.ts";

const HOST_BYTES = 64_000_000_000;
const UNIFIED = "29 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
const made: { remove(): Promise<void> }[] = [];

async function rootWith(files: Readonly<Record<string, string>>) {
  const root = await makeSystemRoot(files);
  made.push(root);
  return root;
}

afterEach(async () => {
  for (const each of made.splice(0)) await each.remove();
});

test("the narrowest limit counts, though a group above sets it, with that group's own working set", async () => {
  const { root, write } = await rootWith({
    "proc/self/cgroup": "0::/pod/app\n",
    "proc/self/mountinfo": UNIFIED,
    "sys/fs/cgroup/pod/app/memory.max": "max\n",
    "sys/fs/cgroup/pod/memory.max": "1000000\n",
    "sys/fs/cgroup/pod/memory.current": "700000\n",
    "sys/fs/cgroup/pod/memory.stat": "anon 500000\ninactive_file 150000\nactive_file 50000\n",
    "sys/fs/cgroup/memory.max": "2000000\n",
  });
  const limit = openMemoryLimit(root, HOST_BYTES);
  expect(await limit?.read()).toEqual({ limitBytes: 1_000_000, usedBytes: 550_000 });
  await write("sys/fs/cgroup/pod/memory.current", "900000\n");
  expect(await limit?.read()).toEqual({ limitBytes: 1_000_000, usedBytes: 750_000 });
  limit?.close();
  expect(await limit?.read()).toBeUndefined();
});

test("version 1 says 'no limit' by a huge number", async () => {
  const files = {
    "proc/self/cgroup": "4:memory:/\n",
    "proc/self/mountinfo": "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n",
    "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    "sys/fs/cgroup/memory/memory.usage_in_bytes": "800\n",
    "sys/fs/cgroup/memory/memory.stat": "inactive_file 1\ntotal_inactive_file 300\n",
  };
  const { root, write } = await rootWith(files);
  expect(openMemoryLimit(root, HOST_BYTES)).toBeUndefined();
  await write("sys/fs/cgroup/memory/memory.limit_in_bytes", "1000\n");
  const limit = openMemoryLimit(root, HOST_BYTES);
  expect(await limit?.read()).toEqual({ limitBytes: 1_000, usedBytes: 500 });
  limit?.close();
});

test("without a cgroup mount, without files, and on macOS there is no limit", async () => {
  const { root } = await rootWith({ "proc/self/cgroup": "0::/\n", "proc/self/mountinfo": UNIFIED });
  expect(openMemoryLimit(root, HOST_BYTES)).toBeUndefined();
  expect(openCpuQuota(root)).toBeUndefined();
  expect(openMemoryLimit("/nowhere", HOST_BYTES)).toBeUndefined();
});

test("a quota is cores, and throttling is told in microseconds by version 2", async () => {
  const { root } = await rootWith({
    "proc/self/cgroup": "0::/pod/app\n",
    "proc/self/mountinfo": UNIFIED,
    "sys/fs/cgroup/pod/app/cpu.max": "max 100000\n",
    "sys/fs/cgroup/pod/cpu.max": "150000 100000\n",
    "sys/fs/cgroup/pod/cpu.stat": "usage_usec 9\nnr_throttled 4\nthrottled_usec 2500000\n",
  });
  const quota = openCpuQuota(root);
  expect(quota?.cores).toBe(1.5);
  expect(await quota?.readThrottledSeconds()).toBe(2.5);
  quota?.close();
});

test("version 1 has the quota in two files, and throttling in nanoseconds", async () => {
  const folder = "sys/fs/cgroup/cpu";
  const { root, write } = await rootWith({
    "proc/self/cgroup": "3:cpu,cpuacct:/\n",
    "proc/self/mountinfo": "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct\n",
    [`${folder}/cpu.cfs_quota_us`]: "-1\n",
    [`${folder}/cpu.cfs_period_us`]: "100000\n",
    [`${folder}/cpu.stat`]: "nr_periods 1\nnr_throttled 1\nthrottled_time 500000000\n",
  });
  expect(openCpuQuota(root)).toBeUndefined();
  await write(`${folder}/cpu.cfs_quota_us`, "50000\n");
  const quota = openCpuQuota(root);
  expect(quota?.cores).toBe(0.5);
  expect(await quota?.readThrottledSeconds()).toBe(0.5);
  quota?.close();
});
