import {
  createWorkerPool,
  type WorkerPool,
  type WorkerPoolOptions,
} from "@streamgate/agent/workers";
import { createRegistry } from "@streamgate/telemetry";
import { afterEach, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { readValue } from "../samplers/sampler-context.ts";

interface Task {
  readonly number?: number;
  readonly blocksMs?: number;
  readonly waitsMs?: number;
  readonly fails?: boolean;
  readonly crashes?: boolean;
}

type Pool = WorkerPool<Task, { readonly answer: number }>;

const MODULE = new URL("tasks.mjs", import.meta.url);
const pools: { close(): Promise<void> }[] = [];

function poolOf(options: Partial<WorkerPoolOptions> = {}): Pool {
  const pool = createWorkerPool<Task, { readonly answer: number }>({
    module: MODULE,
    maxThreads: 1,
    ...options,
  });
  pools.push(pool);
  return pool;
}

afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

test("work is done in another thread while this one goes on", async () => {
  const pool = poolOf();
  await pool.run({ number: 0 });
  let turns = 0;
  const turn = setInterval(() => {
    turns += 1;
  }, 5);
  expect(await pool.run({ number: 21, blocksMs: 150 })).toEqual({ answer: 42 });
  clearInterval(turn);
  expect(turns).toBeGreaterThan(5);
});

test("a flood is refused at once, and what was taken on is done", async () => {
  const pool = poolOf({ maxWaiting: 2 });
  const taken = [1, 2, 3].map((number) => pool.run({ number, waitsMs: 50 }));
  await expect(pool.run({ number: 4 })).rejects.toMatchObject({
    code: "SG_AGENT_WORK_QUEUE_FULL",
  });
  expect(pool.stats()).toMatchObject({ running: 1, waiting: 2, refused: 1 });
  expect((await Promise.all(taken)).map(({ answer }) => answer)).toEqual([2, 4, 6]);
  expect(await pool.run({ number: 5 })).toEqual({ answer: 10 });
});

test("a task is taken back from the queue, and from the thread that works on it", async () => {
  const pool = poolOf();
  const reason = new Error("the client has gone");
  const abort = new AbortController();
  const { signal } = abort;
  const both = [pool.run({ blocksMs: 60_000 }, { signal }), pool.run({ number: 1 }, { signal })];
  const refused = both.map((each) => expect(each).rejects.toBe(reason));
  await until(() => pool.stats().threads === 1);
  abort.abort(reason);
  await Promise.all(refused);
  expect(pool.stats()).toMatchObject({ running: 0, waiting: 0, aborted: 2 });
  await expect(pool.run({ number: 1 }, { signal })).rejects.toBe(reason);
  expect(await pool.run({ number: 2 })).toEqual({ answer: 4 });
});

test("what a task throws arrives, and a thread that dies takes only its own task along", async () => {
  const pool = poolOf();
  await expect(pool.run({ fails: true })).rejects.toThrow("cannot be done");
  await expect(pool.run({ crashes: true })).rejects.toThrow();
  expect(await pool.run({ number: 1 })).toEqual({ answer: 2 });
  expect(pool.stats()).toMatchObject({ completed: 1, failed: 2 });
});

test("a thread that holds more than it may ends, and the process goes on", async () => {
  const pool = poolOf({ maxHeapMegabytes: 32 });
  await expect(pool.run({}, { exportName: "hoard" })).rejects.toThrow(/memory/i);
  expect(await pool.run({ number: 1 })).toEqual({ answer: 2 });
});

test("bytes are moved, not copied", async () => {
  const pool = createWorkerPool<Uint8Array, Uint8Array>({ module: MODULE, maxThreads: 1 });
  pools.push(pool);
  const bytes = new Uint8Array([1, 2, 3]);
  const reversed = await pool.run(bytes, { transfer: [bytes.buffer], exportName: "reverse" });
  expect([...reversed]).toEqual([3, 2, 1]);
  expect(bytes.byteLength).toBe(0);
});

test("idle threads end, and come back when there is work", async () => {
  const pool = poolOf({ maxThreads: 2, idleTimeoutMs: 50 });
  await Promise.all([pool.run({ waitsMs: 20 }), pool.run({ waitsMs: 20 })]);
  await until(() => pool.stats().threads === 0);
  expect(await pool.run({ number: 1 })).toEqual({ answer: 2 });
});

test("closing waits for what was taken on, and nothing more is", async () => {
  const pool = poolOf();
  const last = pool.run({ number: 4, waitsMs: 50 });
  await pool.close();
  expect(await last).toEqual({ answer: 8 });
  await expect(pool.run({ number: 1 })).rejects.toMatchObject({ code: "SG_AGENT_WORKERS_CLOSED" });
});

test("what it does can be seen", async () => {
  const registry = createRegistry();
  const pool = poolOf({ registry, name: "hashing" });
  await pool.run({ number: 1 });
  await pool.run({ fails: true }).catch(() => undefined);
  const completed = { pool: "hashing", outcome: "completed" };
  expect(readValue(registry, "streamgate_worker_tasks", completed)).toBe(1);
  const failed = { pool: "hashing", outcome: "failed" };
  expect(readValue(registry, "streamgate_worker_tasks", failed)).toBe(1);
});

test.each([
  { maxThreads: 0 },
  { minThreads: 3, maxThreads: 2 },
  { maxWaiting: -1 },
  { idleTimeoutMs: Number.NaN },
])("a pool that cannot be is refused: %j", (options) => {
  expect(() => createWorkerPool({ module: MODULE, ...options })).toThrow(/SG_AGENT|it must be/);
});
