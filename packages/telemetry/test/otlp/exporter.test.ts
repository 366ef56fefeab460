import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { createRegistry, type ProcessIdentity, type Registry } from "@streamgate/telemetry";
import {
  type OtlpExporter,
  type OtlpExporterOptions,
  startOtlpExporter,
} from "@streamgate/telemetry/otlp";
import { createTracer, type Tracer } from "@streamgate/telemetry/tracing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { parseRetryAfter } from "../../src/otlp/post.ts";
import type { Decoded } from "./decode.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

const IDENTITY: ProcessIdentity = {
  service: "shop",
  instance: "shop-1",
  release: "",
  pid: 1,
  host: "web-1",
  startedAtMs: Date.UTC(2026, 0, 1),
};

let receiver: Receiver;
let tracer: Tracer;
let registry: Registry;
let exporter: OtlpExporter | undefined;
let problems: string[];

beforeEach(async () => {
  receiver = await startReceiver();
  tracer = createTracer({ sampling: { failedPerSecond: 1e9 } });
  registry = createRegistry();
  problems = [];
});

afterEach(async () => {
  await exporter?.stop(10);
  exporter = undefined;
  tracer.close();
  await receiver.stop();
});

function start(options: Partial<OtlpExporterOptions> = {}): OtlpExporter {
  exporter = startOtlpExporter({
    url: receiver.url,
    identity: IDENTITY,
    tracer,
    firstRetryMs: 5,
    longestRetryMs: 20,
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  return exporter;
}

function fail(name = "GET /"): void {
  const root = tracer.startTrace(name, "server");
  root.fail();
  root.end();
}

test("kept traces and all metrics are sent, gzipped where they are large", async () => {
  registry.counter({ name: "sold", help: "Sold." }).with().add(3);
  const running = start({ registry, headers: { authorization: "Bearer t" } });
  for (let request = 0; request < 50; request += 1) fail(`GET /${request}`);
  await running.flush();
  const [traces, metrics] = ["/v1/traces", "/v1/metrics"].map((path) =>
    receiver.received.find((request) => request.path === path),
  );
  expect(traces?.headers).toMatchObject({
    "content-type": "application/x-protobuf",
    "content-encoding": "gzip",
    authorization: "Bearer t",
  });
  expect(spanNames(traces?.message)).toHaveLength(50);
  expect(metrics?.headers["content-encoding"]).toBeUndefined();
  expect(JSON.stringify(metrics?.message, simple)).toContain('"sold"');
  expect(running.counts().spans).toEqual({ sent: 50, dropped: 0, rejected: 0 });
  expect(running.counts().points.sent).toBeGreaterThan(0);
});

test("it sends by itself, in its turns", async () => {
  start({ registry, tracesEveryMs: 10, metricsEveryMs: 10 });
  registry.counter({ name: "sold", help: "Sold." }).with().add(1);
  fail();
  await until(() => receiver.received.some(({ path }) => path === "/v1/traces"));
  await until(() => receiver.received.filter(({ path }) => path === "/v1/metrics").length >= 2);
});

test("what stop is called with is sent before it resolves, and nothing afterwards", async () => {
  const running = start({ registry });
  registry.counter({ name: "sold", help: "Sold." }).with().add(1);
  fail();
  await Promise.all([running.stop(), running.stop()]);
  expect(receiver.received.map(({ path }) => path).sort()).toEqual(["/v1/metrics", "/v1/traces"]);
  fail();
  await running.flush();
  expect(receiver.received).toHaveLength(2);
});

test("cumulative values go on, deltas begin anew each time", async () => {
  const counter = registry.counter({ name: "sold", help: "Sold." }).with();
  const durations = registry.histogram({ name: "took_seconds", help: "Took.", unit: "seconds" });
  const series = durations.with();
  const cumulative = start({ registry });
  const delta = startOtlpExporter({
    url: receiver.url,
    identity: IDENTITY,
    registry,
    temporality: "delta",
  });
  for (const amount of [5, 2]) {
    counter.add(amount);
    for (let times = 0; times < amount; times += 1) series.record(0.01);
    await cumulative.flush();
    await delta.flush();
  }
  await delta.stop();
  const sold = receiver.received.map(({ message }) => pointOf(message, "sold").double?.[0]);
  const took = receiver.received.map(({ message }) => pointOf(message, "took_seconds").count?.[0]);
  expect(sold).toEqual(["5", "5", "7", "2", "0"]);
  // An interval without a value has a count of 0, which is left out.
  expect(took).toEqual([5n, 5n, 7n, 2n, undefined]);
});

describe("a receiver that", () => {
  test.each([429, 502, 503, 504])(
    "answers %i is asked again until it takes it, once",
    async (status) => {
      receiver.answer((response, attempt) => response.writeHead(attempt < 4 ? status : 200).end());
      const running = start();
      fail();
      await running.flush();
      expect(receiver.received).toHaveLength(4);
      expect(running.counts().spans).toEqual({ sent: 1, dropped: 0, rejected: 0 });
    },
  );

  test.each([400, 401, 404, 413, 500, 501, 302])(
    "answers %i is not asked again",
    async (status) => {
      receiver.answer((response) => response.writeHead(status, { location: "/elsewhere" }).end());
      const running = start();
      fail();
      await running.flush();
      expect(receiver.received).toHaveLength(1);
      expect(running.counts().spans).toEqual({ sent: 0, dropped: 0, rejected: 1 });
      expect(problems).toEqual([`spans 1 rejected: HTTP ${status}`]);
    },
  );

  test("asks to wait longer than we are willing to is given up", async () => {
    receiver.answer((response) => response.writeHead(503, { "retry-after": "3600" }).end());
    const running = start({ maxRetryingMs: 1_000 });
    fail();
    await running.flush();
    expect(receiver.received).toHaveLength(1);
    expect(running.counts().spans.dropped).toBe(1);
  });

  test("asks for no pause at all is not asked without one", async () => {
    receiver.answer((response) => response.writeHead(503, { "retry-after": "0" }).end());
    const running = start({ firstRetryMs: 50, longestRetryMs: 50, maxRetryingMs: 200 });
    fail();
    await running.flush();
    expect(receiver.received.length).toBeGreaterThan(1);
    expect(receiver.received.length).toBeLessThanOrEqual(9);
  });

  test("took only a part is believed, and it is told", async () => {
    const partial = Buffer.from([0x0a, 0x0b, 0x08, 0x02, 0x12, 0x07, ...Buffer.from("too old")]);
    receiver.answer((response) => response.writeHead(200).end(partial));
    const running = start();
    for (let request = 0; request < 3; request += 1) fail();
    await running.flush();
    expect(running.counts().spans).toEqual({ sent: 1, dropped: 0, rejected: 2 });
    expect(problems).toEqual(["spans 2 rejected: partial success: too old"]);
  });

  test("is silent costs one time-out an attempt, and the trace comes when it speaks again", async () => {
    receiver.answer((response, attempt) => {
      if (attempt > 1) response.writeHead(200).end();
    });
    const running = start({ timeoutMs: 100 });
    fail();
    await running.flush();
    expect(receiver.received).toHaveLength(2);
    expect(running.counts().spans.sent).toBe(1);
  });

  test("drips its answer for ever is timed out too", async () => {
    receiver.answer((response, attempt) => {
      if (attempt > 1) return void response.writeHead(200).end();
      response.writeHead(200);
      const drip = setInterval(() => response.write("x"), 10);
      response.once("close", () => clearInterval(drip));
    });
    const running = start({ timeoutMs: 200 });
    fail();
    await running.flush();
    expect(running.counts().spans.sent).toBe(1);
  });

  test("says 200 with megabytes behind it has taken it, and is not asked again", async () => {
    receiver.answer((response) => response.writeHead(200).end(Buffer.alloc(10_000_000)));
    const running = start();
    fail();
    await running.flush();
    expect(receiver.received).toHaveLength(1);
    expect(running.counts().spans.sent).toBe(1);
  });

  test("answers with bytes that mean nothing has taken it", async () => {
    receiver.answer((response) => response.writeHead(200).end(Buffer.alloc(100, 0xff)));
    const running = start();
    fail();
    await running.flush();
    expect(running.counts().spans.sent).toBe(1);
  });

  test("breaks the connection is asked again", async () => {
    receiver.answer((response, attempt) => {
      if (attempt === 1) response.destroy();
      else response.writeHead(200).end();
    });
    const running = start();
    fail();
    await running.flush();
    expect(running.counts().spans.sent).toBe(1);
  });

  test("is gone and comes back gets what waited, the newest for the oldest where there is no room", async () => {
    const { url } = receiver;
    await receiver.stop();
    const running = start({ maxQueueBytes: 2_000 });
    for (let request = 0; request < 100; request += 1) {
      fail(`GET /${request}`);
      void running.flush();
      await new Promise((resolve) => setImmediate(resolve));
    }
    receiver = await startReceiver(Number(new URL(url).port));
    await running.flush();
    const names = receiver.received.flatMap(({ message }) => spanNames(message));
    const { sent, dropped } = running.counts().spans;
    expect(names.at(-1)).toBe("GET /99");
    expect(sent).toBe(names.length);
    expect(sent + dropped).toBe(100);
    expect(dropped).toBeGreaterThan(0);
  });
});

test("a receiver that refuses connections for good is given up in time, and stop does not wait for it", async () => {
  const closed = createServer().listen(0, "127.0.0.1");
  await once(closed, "listening");
  const { port } = closed.address() as AddressInfo;
  closed.close();
  const running = start({
    url: `http://127.0.0.1:${port}`,
    firstRetryMs: 60_000,
    longestRetryMs: 60_000,
  });
  fail();
  void running.flush();
  await new Promise((resolve) => setImmediate(resolve));
  await running.stop(1_000);
  expect(running.counts().spans).toEqual({ sent: 0, dropped: 1, rejected: 0 });
});

test("traces that come faster than they are sent are bounded and counted", async () => {
  const running = start({ maxWaitingTraces: 10 });
  for (let request = 0; request < 100; request += 1) fail();
  await running.flush();
  expect(running.counts().spans).toEqual({ sent: 10, dropped: 90, rejected: 0 });
});

test("ten thousand series go in many requests, with turns for others between", async () => {
  registry = createRegistry({ maxSeriesPerMetric: 20_000 });
  const many = registry.gauge({ name: "size", help: "Size.", labelNames: ["id"] });
  for (let id = 0; id < 10_000; id += 1) many.with(String(id)).set(id);
  const running = start({ registry });
  let turns = 0;
  const count = (): void => {
    turns += 1;
    if (running.counts().points.sent < 10_000) setImmediate(count);
  };
  setImmediate(count);
  await running.flush();
  expect(running.counts().points).toMatchObject({ sent: 10_000, dropped: 0 });
  expect(receiver.received.length).toBeGreaterThanOrEqual(50);
  expect(turns).toBeGreaterThanOrEqual(50);
});

test.each([
  ["120", 120_000],
  [" 3 ", 3_000],
  ["Thu, 01 Jan 2026 00:00:30 GMT", 30_000],
  ["Wed, 31 Dec 2025 23:59:00 GMT", 0],
  ["soon", undefined],
  [undefined, undefined],
])("Retry-After %j means %j ms", (header, ms) => {
  const nowMs = Date.UTC(2026, 0, 1);
  expect(parseRetryAfter(header, nowMs)).toBe(ms);
});

test("an option that cannot be is named", () => {
  expect(() => start({ url: "collector:4318" })).toThrow(/url = collector:4318/);
  expect(() => start({ timeoutMs: 0 })).toThrow(/timeoutMs = 0/);
});

function spanNames(message: Decoded | undefined): readonly string[] {
  return inner(message, "resourceSpans", "scopeSpans", "spans").map(({ name }) =>
    String(name?.[0]),
  );
}

function pointOf(message: Decoded, name: string): Decoded {
  const metrics = inner(message, "resourceMetrics", "scopeMetrics", "metrics");
  const found = metrics.find((metric) => metric.name?.[0] === name);
  const data = [found?.sum, found?.gauge, found?.exponentialHistogram].find(Boolean);
  return inner({ data: data ?? [] }, "data", "points")[0] ?? {};
}

function inner(message: Decoded | undefined, ...path: readonly string[]): readonly Decoded[] {
  return path.reduce<readonly Decoded[]>(
    (messages, name) => messages.flatMap((each) => (each[name] ?? []) as Decoded[]),
    message === undefined ? [] : [message],
  );
}

function simple(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
