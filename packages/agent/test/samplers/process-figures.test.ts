import { once } from "node:events";
import { open } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { cpuSampler } from "../../src/samplers/cpu.ts";
import { descriptorsSampler } from "../../src/samplers/descriptors.ts";
import { diskIoSampler } from "../../src/samplers/disk-io.ts";
import { countResources, handlesSampler } from "../../src/samplers/handles.ts";
import { heapSampler } from "../../src/samplers/heap.ts";
import { memorySampler } from "../../src/samplers/memory.ts";
import {
  moreTraffic,
  networkIoSampler,
  trafficByInterface,
} from "../../src/samplers/network-io.ts";
import { threadsSampler } from "../../src/samplers/threads.ts";
import { block, readValue, recordingContext } from "./sampler-context.ts";
import { makeSystemRoot } from "./system-root.ts";

test("the heap is told by space, with what it holds outside", async () => {
  const context = recordingContext();
  const held = Buffer.alloc(50_000_000);
  const { heap } = await heapSampler(context).sample();
  expect(heap?.usedBytes).toBeGreaterThan(1_000_000);
  expect(heap?.limitBytes).toBeGreaterThan(heap?.usedBytes ?? 0);
  expect(heap?.arrayBuffersBytes).toBeGreaterThanOrEqual(held.length);
  const labels = { v8js_heap_space_name: "old_space" };
  expect(readValue(context.registry, "v8js_heap_space_used_bytes", labels)).toBe(
    heap?.spaces.old_space,
  );
});

test("memory stands against the narrowest limit, and without one against the host", async () => {
  const host = await memorySampler(recordingContext({ systemRoot: "/nowhere" })).sample();
  expect(host.memory?.limitedBy).toBe("host");
  const { root, remove } = await makeSystemRoot({
    "proc/self/cgroup": "0::/\n",
    "proc/self/mountinfo": "29 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
    "sys/fs/cgroup/memory.max": "1000000\n",
    "sys/fs/cgroup/memory.current": "800000\n",
  });
  const context = recordingContext({ systemRoot: root });
  const sampler = memorySampler(context);
  const { memory } = await sampler.sample();
  expect(memory).toMatchObject({ limitedBy: "cgroup", usedBytes: 800_000, limitBytes: 1_000_000 });
  expect(readValue(context.registry, "streamgate_process_memory_ratio")).toBeCloseTo(0.8);
  sampler.stop();
  await remove();
});

test("CPU time is counted, and its share is of the cores that may be used", async () => {
  const context = recordingContext();
  const sampler = cpuSampler(context);
  await sampler.sample();
  const before = readValue(context.registry, "process_cpu_time_seconds", { cpu_mode: "user" }) ?? 0;
  block(100);
  const { cpu } = await sampler.sample();
  const after = readValue(context.registry, "process_cpu_time_seconds", { cpu_mode: "user" }) ?? 0;
  expect(after).toBeGreaterThan(before);
  expect(cpu?.cores).toBeGreaterThan(0);
  expect(cpu?.utilization).toBeGreaterThan(0);
  sampler.stop();
});

test("sockets and timers are handles, and what is unref'd is not among them", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const accepted: Socket[] = [];
  server.on("connection", (socket) => accepted.push(socket));
  const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
  await once(client, "connect");
  const timer = setTimeout(() => undefined, 100_000);
  const sampler = handlesSampler(recordingContext());
  const counted = await sampler.sample();
  client.unref();
  timer.unref();
  const later = await sampler.sample();
  expect(counted.handles?.TCPServerWrap).toBeGreaterThanOrEqual(1);
  expect(later.handles?.TCPSocketWrap ?? 0).toBe((counted.handles?.TCPSocketWrap ?? 0) - 1);
  expect(later.handles?.Timeout ?? 0).toBe((counted.handles?.Timeout ?? 0) - 1);
  clearTimeout(timer);
  client.destroy();
  for (const socket of accepted) socket.destroy();
  server.close();
});

test("operations under way are told apart from handles, and what is gone says 0", async () => {
  expect(countResources(["FSReqCallback", "FSReqCallback", "Timeout", "ConnectWrap"])).toEqual({
    handles: { Timeout: 1 },
    requests: { FSReqCallback: 2, ConnectWrap: 1 },
  });
  const context = recordingContext();
  const sampler = handlesSampler(context);
  const timer = setImmediate(() => undefined);
  await sampler.sample();
  clearImmediate(timer);
  await sampler.sample();
  expect(readValue(context.registry, "streamgate_process_handles", { type: "Immediate" })).toBe(0);
});

test.runIf(process.platform === "linux")(
  "descriptors are counted, sockets among them",
  async () => {
    const sampler = descriptorsSampler(recordingContext());
    const before = await sampler?.sample();
    const files = await Promise.all(Array.from({ length: 700 }, () => open("/dev/null")));
    const after = await sampler?.sample();
    for (const file of files) await file.close();
    expect(after?.fileDescriptors).toBeGreaterThanOrEqual((before?.fileDescriptors ?? 0) + 700);
    expect(before?.sockets).toBeDefined();
    expect(after?.sockets).toBeLessThan(100);
  },
);

test.runIf(process.platform === "linux")("threads are counted", async () => {
  const sampler = threadsSampler(recordingContext());
  expect((await sampler?.sample())?.threads).toBeGreaterThan(1);
  sampler?.stop();
});

test("disk and network count on from what the kernel has counted", async () => {
  const device = (received: number, sent: number): string =>
    `Inter-| Receive | Transmit\n face |bytes\n    lo: 9 9 0 0 0 0 0 0 9 9\n  eth0:${received} 1 0 0 0 0 0 0 ${sent} 1\n eth1: 5 1 0 0 0 0 0 0 5 1\n`;
  const io = (read: number, written: number): string =>
    `rchar: 99\nwchar: 99\nread_bytes: ${read}\nwrite_bytes: ${written}\n`;
  const { root, write, remove } = await makeSystemRoot({
    "proc/self/net/dev": device(1_000, 2_000),
    "proc/self/io": io(4_096, 8_192),
  });
  const context = recordingContext({ systemRoot: root });
  const samplers = [networkIoSampler(context), diskIoSampler(context)];
  for (const sampler of samplers) await sampler?.sample();
  await write("proc/self/net/dev", device(1_300, 2_500));
  await write("proc/self/io", io(4_096, 12_288));
  for (const sampler of samplers) await sampler?.sample();
  for (const sampler of samplers) sampler?.stop();
  const { registry } = context;
  const network = "process_network_io_bytes";
  // The interfaces are older than the process: what they had counted before is not its own.
  expect(readValue(registry, network, { network_io_direction: "receive" })).toBe(300);
  expect(readValue(registry, network, { network_io_direction: "transmit" })).toBe(500);
  expect(readValue(registry, "process_disk_io_bytes", { disk_io_direction: "write" })).toBe(12_288);
  await remove();
});

test("an interface that goes or comes adds what passed by it, and never its whole past", () => {
  const line = (name: string, received: number): string =>
    `${name}:${received} 0 0 0 0 0 0 0 1 0\n`;
  const before = trafficByInterface(line("eth0", 1_000) + line("veth1", 900_000));
  const without = trafficByInterface(line("eth0", 1_200));
  expect(moreTraffic(before, without)).toEqual({ received: 200, sent: 0 });
  const again = trafficByInterface(line("eth0", 1_300) + line("veth2", 50));
  expect(moreTraffic(without, again)).toEqual({ received: 150, sent: 1 });
});

test("a table of interfaces that was cut off loses its last line, not digits of it", () => {
  const text = "eth0:1000 0 0 0 0 0 0 0 7 0\neth1:100";
  expect([...trafficByInterface(text).keys()]).toEqual(["eth0"]);
  expect(trafficByInterface("").size).toBe(0);
  expect(trafficByInterface("    lo: 9 9 0 0 0 0 0 0 9 9\n").size).toBe(0);
});

test("where there is no /proc, what needs it is left out", () => {
  const context = recordingContext({ systemRoot: "/nowhere" });
  expect(descriptorsSampler(context)).toBeUndefined();
  expect(threadsSampler(context)).toBeUndefined();
  expect(diskIoSampler(context)).toBeUndefined();
  expect(networkIoSampler(context)).toBeUndefined();
});
