import { once } from "node:events";
import { Agent, createServer, get, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { createRegistry } from "@streamgate/telemetry";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { startInstrumentation } from "../../src/instrumentation/instrumentation.ts";
import { startWatched, type Watched } from "./watched.ts";

const DURATIONS = "http_server_request_duration_seconds";
const ACTIVE = "http_server_active_requests";

let watched: Watched;
let server: Server;
let port: number;
let handle: RequestListener;

beforeEach(async () => {
  watched = startWatched({ httpClient: false });
  handle = (_request, response) => void response.end("fine");
  server = createServer((request, response) => handle(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});

afterEach(async () => {
  watched.stop();
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

async function ask(path: string, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
  await response.text();
  return response.status;
}

const ended = (count: number) => until(() => watched.total(DURATIONS) === count);

test("a request is counted by method, route and status, with one span", async () => {
  handle = (request, response) => {
    watched.instrumentation.nameRoute(request, "/users/:id");
    response.writeHead(201).end();
  };
  await ask("/users/17?token=secret");
  await ended(1);
  expect(watched.labelsOf(DURATIONS)).toEqual([
    {
      http_request_method: "GET",
      http_route: "/users/:id",
      http_response_status_code: "201",
    },
  ]);
  expect(watched.spans()).toMatchObject([
    {
      name: "GET /users/:id",
      kind: "server",
      attributes: { "url.path": "/users/17", "http.response.status_code": 201 },
    },
  ]);
  expect(JSON.stringify(watched.spans())).not.toContain("secret");
});

test("a trace from elsewhere is gone on with; a hostile header begins one of our own", async () => {
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
  await ask("/", { traceparent: `00-${traceId}-00f067aa0ba902b7-01`, tracestate: "congo=1" });
  await ask("/", { traceparent: `00-${"0".repeat(32)}-00f067aa0ba902b7-01` });
  await ended(2);
  const [own, other] = watched.tracer.kept();
  expect(own).toMatchObject({ traceId, state: "congo=1" });
  expect(own?.spans[0]?.parentSpanId).toBe("00f067aa0ba902b7");
  expect(other?.spans[0]?.parentSpanId).toBe("");
  expect(other?.traceId).not.toBe(traceId);
});

test("requests of one kept connection do not meet", async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  handle = (request, response) => {
    setImmediate(() => {
      watched.tracer.startSpan(`work for ${request.url}`, "internal")?.end();
      response.end();
    });
  };
  for (const path of ["/a", "/b", "/c"]) {
    const [response] = await once(get({ port, path, agent }), "response");
    response.resume();
    await once(response, "end");
  }
  await ended(3);
  agent.destroy();
  const works = watched.tracer.kept().map(({ spans }) => spans.map(({ name }) => name));
  expect(works).toEqual(["/a", "/b", "/c"].map((path) => ["GET", `work for ${path}`]));
});

test("a request that its client breaks off is counted once, before an answer and in its middle", async () => {
  handle = (request, response) => {
    if (request.url === "/half") response.writeHead(200).write("half");
  };
  for (const path of ["/none", "/half"]) {
    const request = get({ port, path, agent: false });
    request.on("error", () => undefined);
    const begun = path === "/half" ? once(request, "response") : Promise.resolve();
    await until(() => watched.total(ACTIVE) === 1);
    await begun;
    request.destroy();
    await until(() => watched.total(ACTIVE) === 0);
  }
  expect(watched.labelsOf(DURATIONS).map((labels) => labels.http_response_status_code)).toEqual([
    "",
    "200",
  ]);
  expect(watched.total(DURATIONS)).toBe(2);
  expect(watched.spans().every(({ attributes }) => attributes["streamgate.aborted"])).toBe(true);
});

test("pipelined requests whose connection breaks are all ended", async () => {
  handle = () => undefined;
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.write("GET /1 HTTP/1.1\r\nHost: x\r\n\r\n".repeat(5));
  await until(() => watched.total(ACTIVE) === 5);
  socket.destroy();
  await until(() => watched.total(ACTIVE) === 0);
  expect(watched.total(DURATIONS)).toBe(5);
});

test("a server that is closed by force in the middle leaves nothing open", async () => {
  handle = () => undefined;
  const request = get({ port, agent: false });
  request.on("error", () => undefined);
  await until(() => watched.total(ACTIVE) === 1);
  server.closeAllConnections();
  await until(() => watched.total(ACTIVE) === 0);
  expect(watched.total(DURATIONS)).toBe(1);
});

test("ten thousand requests can be open at once, and nothing of them is left when they have ended", async () => {
  const open: (() => void)[] = [];
  handle = (_request, response) => void open.push(() => response.end());
  const sockets = await Promise.all(
    Array.from({ length: 100 }, async () => {
      const socket = connect(port, "127.0.0.1");
      await once(socket, "connect");
      socket.resume();
      socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".repeat(100));
      return socket;
    }),
  );
  await until(() => watched.total(ACTIVE) === 10_000);
  for (const end of open) end();
  await ended(10_000);
  expect(watched.total(ACTIVE)).toBe(0);
  for (const socket of sockets) socket.destroy();
});

test("methods that nobody knows and routes without end share a series", async () => {
  handle = (request, response) => {
    watched.instrumentation.nameRoute(request, request.url ?? "");
    response.end();
  };
  const socket = connect(port, "127.0.0.1");
  socket.resume();
  for (let route = 0; route < 2_500; route += 1)
    socket.write(`${route % 2 === 0 ? "MKCOL" : "GET"} /${route} HTTP/1.1\r\nHost: x\r\n\r\n`);
  await ended(2_500);
  socket.destroy();
  const labels = watched
    .labelsOf(DURATIONS)
    .filter(({ http_request_method }) => http_request_method !== "_other");
  expect(new Set(labels.map((each) => each.http_request_method))).toEqual(
    new Set(["_OTHER", "GET"]),
  );
  expect(labels.length).toBeLessThanOrEqual(2_002);
  expect(watched.total(DURATIONS, { http_route: "_other" })).toBeGreaterThan(400);
});

test("a 5xx is a failed trace, a 4xx is not", async () => {
  handle = (request, response) => void response.writeHead(Number(request.url?.slice(1))).end();
  await ask("/500");
  await ask("/404");
  await ended(2);
  expect(watched.tracer.kept().map(({ keptBecause }) => keptBecause)).toEqual(["failed", "slow"]);
});

test("after stop nothing is counted any more, and two instrumentations do not meet", async () => {
  const second = startWatched({ httpClient: false });
  await ask("/");
  await ended(1);
  expect(second.total(DURATIONS)).toBe(1);
  second.stop();
  await ask("/");
  await ended(2);
  expect(second.total(DURATIONS)).toBe(1);
});

test("without a tracer there are figures and no course is followed", async () => {
  const registry = createRegistry();
  const alone = startInstrumentation({ registry, httpClient: false });
  await ask("/");
  await ended(1);
  const names = registry.collect().flatMap(({ name, series }) => series.map(() => name));
  expect(names).toContain(DURATIONS);
  alone.stop();
});
