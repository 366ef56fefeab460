import { once } from "node:events";
import { createServer, get, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { startWatched, type Watched } from "./watched.ts";

const DURATIONS = "http_client_request_duration_seconds";

let watched: Watched;
let server: Server;
let url: string;
let seen: IncomingHttpHeaders[];

beforeEach(async () => {
  seen = [];
  server = createServer((request, response) => {
    seen.push(request.headers);
    if (request.url === "/silent") return;
    if (request.url === "/broken") return void response.destroy();
    response.writeHead(request.url === "/missing" ? 404 : 200).end("fine");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  watched = startWatched({ httpServer: false });
});

afterEach(async () => {
  watched.stop();
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

/** Calls in the course of a trace, and gives its spans. */
async function inTrace(call: () => Promise<void>) {
  const root = watched.tracer.startTrace("work", "internal");
  await watched.tracer.run(root, call);
  await until(() => watched.total(DURATIONS) > 0);
  root.end();
  return watched.tracer.kept().at(-1)?.spans ?? [];
}

async function byFetch(path: string, init: RequestInit = {}): Promise<void> {
  await (await fetch(`${url}${path}`, init)).text();
}

function byHttp(path: string, headers: Record<string, string> = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = get(`${url}${path}`, { headers }, (response) => {
      response.resume().once("end", resolve);
    });
    request.once("error", reject);
  });
}

describe.each([
  ["fetch", byFetch],
  ["node:http", byHttp],
] as const)("a request by %s", (_name, call) => {
  test("is counted by method, address and status, with a span that the other side hears of", async () => {
    const [, span] = await inTrace(() => call("/users/17?token=secret"));
    expect(watched.labelsOf(DURATIONS)).toEqual([
      {
        http_request_method: "GET",
        server_address: "127.0.0.1",
        http_response_status_code: "200",
      },
    ]);
    expect(span).toMatchObject({
      name: "GET",
      kind: "client",
      attributes: { "url.path": "/users/17", "http.response.status_code": 200 },
    });
    const { traceId } = watched.tracer.kept()[0] ?? {};
    expect(seen[0]?.traceparent).toMatch(new RegExp(`^00-${traceId}-${span?.spanId}-0[0-3]$`));
    expect(JSON.stringify(span)).not.toContain("secret");
  });

  test("of a 404 is a failed call", async () => {
    const [, span] = await inTrace(() => call("/missing"));
    expect(span).toMatchObject({ hasFailed: true });
  });

  test("whose connection breaks is counted once, without a status, and its error is grouped", async () => {
    const [, span] = await inTrace(() => call("/broken").catch(() => undefined));
    expect(watched.total(DURATIONS, { http_response_status_code: "" })).toBe(1);
    expect(watched.total(DURATIONS)).toBe(1);
    expect(span).toMatchObject({ hasFailed: true });
    expect(watched.failures.groups()).toHaveLength(1);
  });

  test("outside of a trace is counted and carries nothing", async () => {
    await call("/");
    await until(() => watched.total(DURATIONS) === 1);
    expect(seen[0]?.traceparent).toBeUndefined();
  });

  test("after stop is not counted", async () => {
    watched.stop();
    await call("/");
    expect(watched.total(DURATIONS)).toBe(0);
  });
});

test("a traceparent that the program set itself stays", async () => {
  const own = "00-11111111111111111111111111111111-2222222222222222-01";
  await inTrace(async () => {
    await byFetch("/", { headers: { traceparent: own } });
    await byHttp("/", { traceparent: own });
  });
  expect(seen.map(({ traceparent }) => traceparent)).toEqual([own, own]);
});

test("a request that the program breaks off is ended", async () => {
  const stop = new AbortController();
  const [, span] = await inTrace(async () => {
    const call = byFetch("/silent", { signal: stop.signal }).catch(() => undefined);
    await until(() => seen.length === 1);
    stop.abort();
    await call;
  });
  expect(span).toMatchObject({ hasFailed: true });
  expect(watched.total(DURATIONS)).toBe(1);
});

test("an exporter's own requests are no requests of the program", async () => {
  const { startOtlpExporter } = await import("@streamgate/telemetry/otlp");
  const exporter = startOtlpExporter({
    url,
    registry: watched.registry,
    identity: { service: "s", instance: "i", release: "", pid: 1, host: "h", startedAtMs: 0 },
  });
  await exporter.stop();
  expect(seen).toHaveLength(1);
  expect(watched.total(DURATIONS)).toBe(0);
});
