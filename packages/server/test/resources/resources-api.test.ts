import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { until } from "../../../../test/support/until.ts";
import {
  startWatchedService,
  type WatchedService,
} from "../../../../test/support/watched-service.ts";
import { startTestPlatform, type TestPlatform } from "../support/platform.ts";

const TOKEN = "token-of-the-resource-tests";
const QUERY = { service: "shop", from: "-2m" };

let postgres: TestPostgres;
let service: WatchedService;
let server: TestPlatform;

beforeAll(async () => {
  [postgres, service] = await Promise.all([
    startTestPostgres({ hasStatementCounters: false }),
    startWatchedService(TOKEN),
  ]);
  server = await startTestPlatform(postgres.url(), {
    targets: [{ url: service.agentUrl, token: TOKEN }],
  });
  await until(async () => {
    const { charts } = await server.call("getCpuMetrics", { query: QUERY });
    return charts.every(({ lines }) =>
      lines.some(({ values }) => values.some((value) => value !== null)),
    );
  });
});

afterAll(async () => {
  await server?.stop();
  await service?.stop();
  await postgres?.stop();
});

function idsOf(items: readonly { readonly id: string }[]): readonly string[] {
  return items.map(({ id }) => id);
}

test("memory and CPU are charts over the range, with what they should be", async () => {
  const memory = await server.call("getMemoryMetrics", {
    query: { ...QUERY, compare: "previous" },
  });
  expect(idsOf(memory.charts)).toEqual(["heap", "resident-memory", "garbage-collection"]);
  const [heap, resident] = memory.charts;
  expect(heap?.lines.map(({ label }) => label)).toContain("used");
  expect(resident).toMatchObject({ unit: "bytes", rung: "measured", objective: { isMet: true } });
  const latest = resident?.lines[0]?.values.findLast((value) => value !== null) ?? 0;
  expect(latest).toBeGreaterThan(10_000_000);
  const steps = (Date.parse(memory.range.to) - Date.parse(memory.range.from)) / 1_000;
  expect(steps).toBeCloseTo(120, -1);
  expect(resident?.compared).toBeDefined();
  const cpu = await server.call("getCpuMetrics", { query: QUERY });
  expect(idsOf(cpu.charts)).toEqual(["loop-delay", "loop-utilization", "cpu-share", "cpu-modes"]);
  const [delay] = cpu.charts;
  expect(delay?.lines.map(({ label }) => label)).toEqual(["99th percentile", "median"]);
});

test("every process has its figures, and what was not read is no number", async () => {
  const memory = await server.call("getMemoryStatistics", { query: QUERY });
  expect(memory.items).toHaveLength(1);
  const figureOf = (id: string) => memory.items[0]?.figures.find((one) => one.id === id)?.figure;
  expect(figureOf("resident")).toMatchObject({ unit: "bytes", objective: { kind: "at most" } });
  expect(figureOf("heap-used")?.value).toBeGreaterThan(1_000_000);
  const nobody = await server.call("getMemoryStatistics", {
    query: { service: "shop", instance: "nobody" },
  });
  expect(nobody.items).toEqual([]);
  const cpu = await server.call("getCpuStatistics", { query: { ...QUERY, compare: "previous" } });
  const share = cpu.items[0]?.figures.find(({ id }) => id === "cpu-share")?.figure;
  expect(share?.value).toBeGreaterThan(0);
  expect(share?.compared).toBeNull();
});

test("trends are told of memory and of CPU, once there is enough to tell them by", async () => {
  await until(
    async () => (await server.call("getMemoryTrends", { query: QUERY })).items.length > 0,
  );
  const { items } = await server.call("getMemoryTrends", { query: QUERY });
  expect(items[0]).toMatchObject({ id: "memory", labels: { service: "shop" } });
  expect(items[0]?.slopePerDay.rung).toBe("estimated");
  await until(async () => (await server.call("getCpuTrends", { query: QUERY })).items.length > 0);
});

test("everything of the resources comes together", async () => {
  const view = await server.call("getResources", { query: QUERY });
  expect(idsOf(view.charts)).toContain("handles");
  expect(view.instances.map(({ service: of }) => of)).toEqual(["shop"]);
  expect(view.instances[0]?.figures.length).toBeGreaterThan(8);
  expect(view.findings).toEqual([]);
  expect(view.profiles).toEqual([]);
});

test("a range that is none is refused", async () => {
  for (const query of [{ from: "x" }, { from: "now", to: "-1h" }, { from: "-9999d" }])
    await expect(server.call("getResources", { query })).rejects.toMatchObject({ status: 400 });
});
