import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { systemClock } from "@streamgate/core";
import { afterEach, expect, test } from "vitest";
import { CacheReports } from "../../src/caching/cache-reports.ts";
import type { WatchedProcess } from "../../src/platform/watched-processes.ts";

const ends: (() => unknown)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

test("however many look on, a process is asked once in a while, and a silent one is left out", async () => {
  let asked = 0;
  const server = createServer((_request, response) => {
    asked += 1;
    response.end(JSON.stringify({ caches: [{ name: "one" }] }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let nowMs = 0;
  const clock = { ...systemClock, monotonicMs: () => nowMs };
  const reports = new CacheReports(clock, new AbortController().signal);
  const processAt = (instance: string, at: string): WatchedProcess => {
    const identity = { service: "shop", instance };
    return { ...identity, target: { url: at }, heardAtMs: 0 } as WatchedProcess;
  };
  const processes = [processAt("a", url), processAt("gone", "http://127.0.0.1:9")];
  const lookers = Array.from({ length: 100 }, () => reports.of(processes));
  const seen = await Promise.all(lookers);
  expect(seen.every(([only, more]) => only?.instance === "a" && more === undefined)).toBe(true);
  expect(asked).toBe(1);
  nowMs = 3_000;
  await reports.of(processes);
  expect(asked).toBe(2);
});
