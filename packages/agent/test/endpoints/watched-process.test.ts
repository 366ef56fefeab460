import { getHeapStatistics } from "node:v8";
import { afterEach, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { exitCodeOf, startWatched } from "./watched-child.ts";

const children: { kill(signal: "SIGKILL"): unknown }[] = [];

async function watched(...options: readonly string[]) {
  const started = await startWatched(...options);
  children.push(started.child);
  return started;
}

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

test("a process that has nothing more to do ends, watched or not, and cleanly", async () => {
  const { child, url } = await watched();
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(await exitCodeOf(child)).toBe(0);
});

test("a whole heap comes as a snapshot, and the process goes on", async () => {
  const { url } = await watched("--stay");
  const answer = await fetch(`${url}/streamgate/heap-snapshot?factor=2`, { method: "POST" });
  expect(answer.status).toBe(200);
  const snapshot = (await answer.json()) as { snapshot: { node_count: number } };
  expect(snapshot.snapshot.node_count).toBeGreaterThan(10_000);
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect(getHeapStatistics().used_heap_size).toBeGreaterThan(0);
});

test("a client that goes in the middle of a snapshot harms nobody", async () => {
  const { url } = await watched("--stay");
  const abort = new AbortController();
  const { signal } = abort;
  const answer = await fetch(`${url}/streamgate/heap-snapshot`, { method: "POST", signal });
  expect(answer.status).toBe(200);
  abort.abort();
  await until(async () => {
    const next = await fetch(`${url}/streamgate/gc`, { method: "POST" });
    return next.status === 200;
  });
});

test("a process that is killed while it is profiled is just gone", async () => {
  const { child, url } = await watched("--stay");
  const profiling = fetch(`${url}/streamgate/cpu-profile?seconds=60`, { method: "POST" });
  const refused = expect(profiling).rejects.toThrow();
  await until(async () => (await fetch(`${url}/streamgate/gc`, { method: "POST" })).status === 409);
  child.kill("SIGKILL");
  await refused;
});

test("one that is told to end ends, while it is profiled", async () => {
  const { child, url } = await watched("--stay");
  const profiling = fetch(`${url}/streamgate/cpu-profile?seconds=60`, { method: "POST" });
  const refused = expect(profiling).rejects.toThrow();
  await until(async () => (await fetch(`${url}/streamgate/gc`, { method: "POST" })).status === 409);
  child.kill("SIGTERM");
  await exitCodeOf(child);
  expect(child.signalCode).toBe("SIGTERM");
  await refused;
});
