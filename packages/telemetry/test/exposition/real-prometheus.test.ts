import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { CONTENT_TYPES, createRegistry, exposeMetrics, negotiate } from "@streamgate/telemetry";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findPrometheusProgram } from "../../../../test/support/promtool.ts";
import { until } from "../../../../test/support/until.ts";

const registry = createRegistry();
const hostile = 'a "quoted" \\ back\nslash 😀';
const formats = new Set<string>();
let server: Server;
let prometheus: ChildProcess;
let folder: string;
let address: string;

beforeAll(async () => {
  registry
    .counter({ name: "jobs", help: hostile, labelNames: ["kind"] })
    .with(hostile)
    .add(42);
  const wait = registry.histogram({ name: "wait_seconds", help: "Wait.", unit: "seconds" }).with();
  for (let at = 1; at <= 1000; at += 1) wait.record(at / 1000, { trace_id: `t${at}` });
  server = createServer((request, response) => {
    const format = negotiate(request.headers.accept);
    formats.add(format);
    response.setHeader("content-type", CONTENT_TYPES[format]);
    Readable.from(exposeMetrics(registry, { format })).pipe(response);
  });
  const target = await listen(server);
  folder = await mkdtemp(join(tmpdir(), "streamgate-test-prometheus-"));
  await writeFile(
    join(folder, "prometheus.yml"),
    JSON.stringify({
      global: { scrape_interval: "200ms", scrape_timeout: "200ms" },
      scrape_configs: [{ job_name: "tested", static_configs: [{ targets: [target] }] }],
    }),
  );
  address = await freeAddress();
  prometheus = spawn(await findPrometheusProgram("prometheus"), [
    `--config.file=${join(folder, "prometheus.yml")}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=${address}`,
  ]);
});

afterAll(async () => {
  if (prometheus.exitCode === null) {
    prometheus.kill("SIGKILL");
    await new Promise((resolve) => prometheus.once("close", resolve));
  }
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

test("a real Prometheus scrapes it and finds the same values", async () => {
  await until(async () => (await query("up"))[0]?.value === 1);
  expect(formats).toEqual(new Set(["openmetrics"]));
  expect(await query("jobs_total")).toMatchObject([{ metric: { kind: hostile }, value: 42 }]);
  expect(await query("wait_seconds_count")).toMatchObject([{ value: 1000 }]);
  expect(await query('wait_seconds_bucket{le="0.5"}')).toMatchObject([{ value: 500 }]);
  const [quantile] = await query("histogram_quantile(0.5, wait_seconds_bucket)");
  expect(quantile?.value).toBeCloseTo(0.5, 6);
});

interface Result {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: number;
}

async function query(expression: string): Promise<readonly Result[]> {
  const url = `http://${address}/api/v1/query?query=${encodeURIComponent(expression)}`;
  const response = await fetch(url).catch(() => undefined);
  if (response?.ok !== true) return [];
  const { data } = (await response.json()) as {
    readonly data: {
      readonly result: readonly {
        readonly metric: Result["metric"];
        readonly value: readonly [number, string];
      }[];
    };
  };
  return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
}

async function freeAddress(): Promise<string> {
  const probe = createServer();
  const free = await listen(probe);
  await new Promise((resolve) => probe.close(resolve));
  return free;
}

async function listen(tested: Server): Promise<string> {
  await new Promise<void>((resolve) => tested.listen(0, "127.0.0.1", resolve));
  return `127.0.0.1:${(tested.address() as AddressInfo).port}`;
}
