import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { ApiRefusal } from "../../src/api/refusal.ts";
import { startTestPlatform, type TestPlatform } from "../support/platform.ts";
import { fillStore, KNOWN } from "./filled-store.ts";

let postgres: TestPostgres;
let server: TestPlatform;

beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
  await fillStore(postgres.url(), Date.now(), 4);
  server = await startTestPlatform(postgres.url());
}, 120_000);

afterAll(async () => {
  await server?.stop();
  await postgres?.stop();
});

const ALL = KNOWN.users + KNOWN.films + KNOWN.failed;

test("the first screen tells the six figures of a month, each against its objective", async () => {
  const { figures, range } = await server.call("getNow", {
    query: { from: "-30d", to: "-10m", compare: "-1d" },
  });
  expect(figures.map(({ id }) => id)).toEqual([
    "latency",
    "throughput",
    "errors",
    "cache",
    "database",
    "cpu",
  ]);
  const [latency, throughput, errors, cache, database, cpu] = figures.map(({ figure }) => figure);
  expect(latency?.value).toBeCloseTo(40, -1);
  expect(throughput?.value).toBeCloseTo(ALL / 300, 1);
  expect(errors?.value).toBeCloseTo(KNOWN.failed / ALL, 3);
  expect(errors?.objective).toMatchObject({ kind: "at most", isMet: false });
  expect(cache?.value).toBeCloseTo(0.9, 5);
  expect(cache?.objective).toMatchObject({ kind: "at least", isMet: false });
  expect(database?.value).toBeCloseTo(4, 0);
  expect(cpu?.value).toBeCloseTo(0.25, 5);
  expect(range.compared?.why).toMatch(/^before /);
  for (const { chart } of figures) {
    expect(chart.lines[0]?.values.length).toBeLessThanOrEqual(60);
    expect(chart.compared?.[0]?.values).toHaveLength(chart.lines[0]?.values.length ?? 0);
  }
});

test("where nothing was read lately the first screen says that it does not know, and no figure is zero", async () => {
  const { verdict, figures } = await server.call("getNow", {
    query: { service: "nowhere", from: "-1h" },
  });
  expect(verdict.state).toBe("unknown");
  expect(figures.map(({ figure }) => figure.value)).toEqual([null, null, null, null, null, null]);
});

test("routes are listed by the time that they take, and their shares are one together", async () => {
  const { items } = await server.call("listRoutes", { query: { from: "-6h", to: "-10m" } });
  expect(items.map(({ route }) => route)).toEqual(["/films", "/users/:id"]);
  const [films, users] = items;
  expect((films?.shareOfTime.value ?? 0) + (users?.shareOfTime.value ?? 0)).toBeCloseTo(1, 9);
  expect(films?.errors.value).toBeCloseTo(KNOWN.failed / (KNOWN.films + KNOWN.failed), 6);
  expect(users?.p95.value).toBeCloseTo(10, 0);
  const byName = await server.call("listRoutes", {
    query: { from: "-6h", to: "-10m", sort: "route", search: "USERS" },
  });
  expect(byName.items.map(({ route }) => route)).toEqual(["/users/:id"]);
});

test("a route without kept traces says where the time of its service goes, and that it is the service's", async () => {
  const { items } = await server.call("listRoutes", { query: { from: "-6h", to: "-10m" } });
  const id = items[0]?.id ?? "";
  const view = await server.call("getRoute", {
    parameters: { id },
    query: { from: "-6h", to: "-10m", compare: "previous" },
  });
  expect(view.partsOf).toContain("all requests of the service");
  const shares = view.parts.map(({ share }) => share.value ?? 0);
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
  const postgresql = view.parts.find(({ part }) => part === "postgresql");
  expect(postgresql?.share.value).toBeGreaterThan(0.15);
  expect(postgresql?.share.rung).toBe("estimated");
  expect(view.charts.map(({ id: chart }) => chart)).toEqual(["latency", "requests"]);
  expect(view.charts[1]?.lines.map(({ label }) => label)).toEqual(["2xx", "5xx"]);
  await expect(
    server.call("getRoute", { parameters: { id: "nonsense" }, query: {} }),
  ).rejects.toMatchObject({ status: 404 });
});

test("lines of a metric are put together as they are asked for", async () => {
  const { chart, linesLeftOut } = await server.call("querySeries", {
    body: {
      name: "http_server_request_duration_seconds",
      by: ["http_route"],
      as: "rate",
      from: "-3d",
      to: "-1d",
      stepMs: 3_600_000,
    },
  });
  expect(chart.lines.map(({ label }) => label)).toEqual(["/users/:id", "/films"]);
  expect(chart.unit).toBe("per second");
  expect(chart.lines[0]?.values[10]).toBeCloseTo(KNOWN.users / 300, 6);
  expect(linesLeftOut).toBe(0);
  const one = await server.call("querySeries", {
    body: {
      name: "http_server_request_duration_seconds",
      where: [{ label: "http_route", operator: "matches", value: "/u.*" }],
      from: "-6h",
      to: "-10m",
      compare: "previous",
    },
  });
  expect(one.chart.unit).toBe("ms");
  expect(one.chart.lines[0]?.values[5]).toBeCloseTo(10, 0);
  expect(one.chart.compared?.[0]?.values[5]).toBeCloseTo(10, 0);
});

test.each([
  { name: "process_cpu_utilization_ratio", as: "quantile" as const, from: "-6h" },
  { name: "streamgate_cache_requests", as: "mean" as const, from: "-6h" },
  { name: "up", from: "-30d", stepMs: 1_000 },
  { name: "up", from: "-6h", to: "-7h" },
])("nonsense is refused with what to do about it: %j", async (body) => {
  await expect(server.call("querySeries", { body })).rejects.toBeInstanceOf(ApiRefusal);
});

test("the series are listed page by page, each once", async () => {
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page: { items: readonly object[]; next: string | null } = await server.call(
      "listSeries",
      { query: { from: "-6h", limit: 100, ...(after === undefined ? {} : { after }) } },
    );
    seen.push(...page.items.map((item) => JSON.stringify(item)));
    after = page.next ?? undefined;
  } while (after !== undefined && seen.length < 500);
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen.filter((item) => item.includes('"shop"'))).toHaveLength(8);
  await expect(server.call("listSeries", { query: { after: "nowhere" } })).rejects.toMatchObject({
    status: 400,
  });
});

test("two days are compared without a difference where there is none", async () => {
  const { figures } = await server.call("compareRanges", { query: { from: "-2d", to: "-1d" } });
  expect(figures.length).toBeGreaterThan(3);
  for (const { verdict } of figures) expect(["no change", "too little data"]).toContain(verdict);
});
