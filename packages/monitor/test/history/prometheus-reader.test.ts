import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { prometheusReader, type SeriesReader, type SeriesWindow } from "@streamgate/monitor";
import { histogramQuantile } from "@streamgate/telemetry";
import promClient from "prom-client";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestPrometheus, type TestPrometheus } from "../../../../test/support/prometheus.ts";
import { until } from "../../../../test/support/until.ts";
import {
  counterWindows,
  histogramWindows,
} from "../../src/history/prometheus/prometheus-points.ts";
import { promqlSelector } from "../../src/history/prometheus/promql.ts";
import { totalOf } from "./history-fixture.ts";

/** A label that would break out of any quoting that forgot a case. */
const ODD = 'a"b\\c\nd{e="f"}';

let server: Server;
let prometheus: TestPrometheus;
let reader: SeriesReader;
let scrapes = 0;
const registry = new promClient.Registry();
const registers = [registry];
const served = new promClient.Counter({
  name: "served_total",
  help: "h",
  labelNames: ["route"],
  registers,
});
const level = new promClient.Gauge({ name: "level", help: "h", registers });
const seconds = new promClient.Histogram({
  name: "answer_seconds",
  help: "h",
  buckets: [0.1, 0.2, 0.4, 0.8],
  registers,
});

beforeAll(async () => {
  server = createServer((_request, response) => {
    scrapes += 1;
    served.inc({ route: ODD }, 3);
    served.inc({ route: "/users" }, 1);
    level.set(scrapes);
    for (let at = 0; at < 9; at += 1) seconds.observe(0.15);
    seconds.observe(0.5);
    registry.metrics().then(
      (text) => response.setHeader("content-type", registry.contentType).end(text),
      () => response.writeHead(500).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  prometheus = await startTestPrometheus([`127.0.0.1:${(server.address() as AddressInfo).port}`]);
  reader = prometheusReader({ url: `${prometheus.url}/`, scrapeIntervalMs: 1_000 });
  await until(() => scrapes >= 8);
});
afterAll(async () => {
  await prometheus.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function read(
  name: string,
  where: Parameters<SeriesReader["read"]>[0]["selector"]["where"] = [],
): Promise<readonly SeriesWindow[]> {
  const toMs = Date.now();
  return reader.read({ selector: { name, where }, fromMs: toMs - 60_000, toMs, stepMs: 1_000 });
}

describe("reading from a Prometheus that is there already", () => {
  test("a counter is found without its suffix, and gives increases", async () => {
    const windows = await read("served", [{ label: "route", is: "/users" }]);
    expect(windows).toHaveLength(1);
    expect(windows[0]?.key).toMatchObject({
      name: "served",
      labels: { route: "/users", job: "watched" },
    });
    expect(totalOf(windows)).toBeGreaterThanOrEqual(4);
    expect(totalOf(windows)).toBeLessThanOrEqual(scrapes);
    expect(windows[0]?.points.every(({ spanMs }) => spanMs === 1_000)).toBe(true);
  });

  test("a gauge gives its values, ascending", async () => {
    const [window] = await read("level");
    const values = window?.points.map((point) =>
      point.kind === "gauge" ? point.last : Number.NaN,
    );
    expect(values?.length).toBeGreaterThan(3);
    expect(values).toEqual([...(values ?? [])].sort((left, right) => left - right));
  });

  test("a histogram gives what was recorded between steps, in our buckets", async () => {
    const [window] = await read("answer_seconds");
    const points = window?.points.filter(
      (point) => point.kind === "histogram" && point.data.count > 0,
    );
    const [point] = points ?? [];
    if (point?.kind !== "histogram") throw new Error("a histogram was expected");
    expect(point.data.count % 10).toBe(0);
    expect(point.data.sum).toBeCloseTo((point.data.count / 10) * 1.85, 6);
    const median = histogramQuantile(point.data, 0.5);
    expect(median).toBeGreaterThan(0.1);
    expect(median).toBeLessThanOrEqual(0.2);
    expect(histogramQuantile(point.data, 0.99)).toBeGreaterThan(0.4);
  });

  test("values and patterns cannot break out of their quotes", async () => {
    const routesOf = async (where: Parameters<typeof read>[1]): Promise<unknown[]> =>
      (await read("served", where)).map(({ key }) => key.labels.route);
    expect(await routesOf([{ label: "route", is: ODD }])).toEqual([ODD]);
    expect(await routesOf([{ label: "route", isNot: ODD }])).toEqual(["/users"]);
    expect(await routesOf([{ label: "route", matches: "/us.*" }])).toEqual(["/users"]);
    expect(await routesOf([{ label: "route", matchesNot: "/us.*" }])).toEqual([ODD]);
    await expect(read("served", [{ label: "route", matches: "(" }])).rejects.toMatchObject({
      code: "SG_MONITOR_BAD_QUERY",
    });
    expect(() => promqlSelector(["x} or up{"], [])).toThrow(/no metric's name/);
    expect(() => promqlSelector(["x"], [{ label: "a=b", is: "" }])).toThrow(/no label's name/);
  });

  test("lists the series, a histogram as one", async () => {
    const now = Date.now();
    const names = (await reader.list({}, now - 60_000, now)).map(({ name }) => name);
    expect(names.filter((name) => name === "answer_seconds")).toHaveLength(1);
    expect(names.filter((name) => name === "served")).toHaveLength(2);
    expect(names).toContain("level");
    expect(names).not.toContain("answer_seconds_bucket");
    expect(await reader.list({ name: "level" }, now - 60_000, now)).toHaveLength(1);
    expect(await read("nothing_of_this_name")).toEqual([]);
  });

  test("more steps than Prometheus answers at once come in parts", async () => {
    const toMs = Date.now();
    const selector = { name: "level", where: [] };
    const [window] = await reader.read({
      selector,
      fromMs: toMs - 12_000_000,
      toMs,
      stepMs: 1_000,
    });
    expect(window?.points.length).toBeGreaterThan(3);
  });

  test("one that is not there is told by its address", async () => {
    const nobody = prometheusReader({ url: "http://127.0.0.1:1" });
    await expect(nobody.list({}, 0, 1_000)).rejects.toMatchObject({
      code: "SG_MONITOR_PROMETHEUS_UNAVAILABLE",
      message: expect.stringContaining("127.0.0.1:1"),
    });
    expect(() => prometheusReader({ url: "nowhere" })).toThrow(/url/);
  });
});

describe("samples of a Prometheus", () => {
  const sample = (second: number, value: number): { atMs: number; value: number } => ({
    atMs: second * 1_000,
    value,
  });

  test("a counter that fell began anew: all that it says is new", () => {
    const samples = [sample(1, 10), sample(2, 15), sample(3, 4), sample(5, 6)];
    const windows = counterWindows("x", [{ labels: { __name__: "x_total" }, samples }]);
    expect(windows[0]?.points).toEqual([
      { kind: "counter", atMs: 2_000, spanMs: 1_000, increase: 5 },
      { kind: "counter", atMs: 3_000, spanMs: 1_000, increase: 4 },
      { kind: "counter", atMs: 5_000, spanMs: 2_000, increase: 2 },
    ]);
  });

  test("a histogram whose process restarted is counted from its start", () => {
    const bucket = (le: string, values: readonly number[]) => ({
      labels: { __name__: "x_bucket", le },
      samples: values.map((value, at) => sample(at + 1, value)),
    });
    const [window] = histogramWindows("x", [bucket("1", [5, 7, 1]), bucket("+Inf", [6, 9, 1])], []);
    const counts = window?.points.map((point) =>
      point.kind === "histogram" ? point.data.count : 0,
    );
    expect(counts).toEqual([3, 1]);
  });
});
