import { systemClock } from "@streamgate/core";
import { createRegistry } from "@streamgate/telemetry";
import { expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import type { WatchedCache } from "../../src/samplers/caches.ts";
import { type SamplersOptions, startSamplers } from "../../src/samplers/start-samplers.ts";
import { readValue } from "./sampler-context.ts";

const OPTIONS: Omit<SamplersOptions, "registry"> = {
  clock: systemClock,
  pools: {},
  foundPools: () => ({}),
  caches: {},
  maxCpuShare: 0.01,
};

test("all parts come together in one observation", async () => {
  const registry = createRegistry();
  const samplers = startSamplers({ ...OPTIONS, registry });
  await until(() => samplers.observations.latest() !== undefined);
  await samplers.sampleNow();
  samplers.stop();
  const latest = samplers.observations.latest();
  for (const part of ["loop", "heap", "memory", "cpu", "handles"] as const)
    expect(latest).toHaveProperty(part);
  expect(readValue(registry, "streamgate_agent_cpu_seconds", { part: "heap" })).toBeGreaterThan(0);
});

test("pools are observed by name, found ones too, and the application's own get series", async () => {
  const registry = createRegistry();
  const samplers = startSamplers({
    ...OPTIONS,
    registry,
    pools: { orders: { totalCount: 7, idleCount: 2, waitingCount: 3, options: { max: 8 } } },
    foundPools: () => ({ found: { total: 1, idle: 1, waiting: 0, max: 10 } }),
  });
  await samplers.sampleNow();
  samplers.stop();
  expect(samplers.observations.latest()?.pools).toEqual({
    orders: { total: 7, idle: 2, waiting: 3, max: 8 },
    found: { total: 1, idle: 1, waiting: 0, max: 10 },
  });
  const used = { db_client_connection_pool_name: "orders", db_client_connection_state: "used" };
  expect(readValue(registry, "db_client_connection_count", used)).toBe(5);
});

test("tiers of caches are counted on, and an open breaker is seen", async () => {
  const registry = createRegistry();
  let answers = 10;
  const cache: WatchedCache = {
    statistics: () => ({
      memory: { entries: 4, sizeBytes: 400, maxBytes: 1_000 },
      namespaces: [],
      tiers: [{ name: "redis", breaker: "open", total: { answers, timeouts: 1, errors: 2 } }],
    }),
  };
  const samplers = startSamplers({ ...OPTIONS, registry, caches: { media: cache } });
  await samplers.sampleNow();
  answers = 25;
  await samplers.sampleNow();
  samplers.stop();
  expect(samplers.observations.latest()?.caches?.media?.sizeBytes).toBe(400);
  const answered = { tier: "redis", outcome: "answered" };
  expect(readValue(registry, "streamgate_cache_tier_calls", answered)).toBe(25);
  expect(readValue(registry, "streamgate_cache_tier_open", { tier: "redis" })).toBe(1);
});

test("a sampler that fails is counted, and the others go on", async () => {
  const registry = createRegistry();
  const broken: WatchedCache = {
    statistics: () => {
      throw new Error("closed");
    },
  };
  const samplers = startSamplers({ ...OPTIONS, registry, caches: { broken } });
  await samplers.sampleNow();
  samplers.stop();
  expect(readValue(registry, "streamgate_agent_failures", { part: "caches" })).toBeGreaterThan(0);
  expect(samplers.observations.latest()).toHaveProperty("heap");
});

test("one that has become dear is asked more rarely, and that can be seen", async () => {
  const registry = createRegistry();
  const slow: WatchedCache = {
    statistics: () => {
      const endMs = performance.now() + 30;
      while (performance.now() < endMs);
      return { memory: { entries: 0, sizeBytes: 0, maxBytes: 0 }, namespaces: [], tiers: [] };
    },
  };
  const samplers = startSamplers({ ...OPTIONS, registry, caches: { slow } });
  for (let times = 0; times < 3; times += 1) await samplers.sampleNow();
  await until(() => (readValue(registry, "streamgate_agent_slowed_samplers") ?? 0) > 0);
  samplers.stop();
});
