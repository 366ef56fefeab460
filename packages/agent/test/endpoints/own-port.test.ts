import { once } from "node:events";
import { get, request } from "node:http";
import { connect, createServer } from "node:net";
import { type ServingAgent, type StartAgentOptions, startAgent } from "@streamgate/agent";
import { createRegistry, parseReport } from "@streamgate/telemetry";
import { afterEach, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { block } from "../samplers/sampler-context.ts";

const TOKEN = "correct-horse-battery-staple";
const WITH_TOKEN = { authorization: `Bearer ${TOKEN}` };
const started: ServingAgent[] = [];

async function start(options: StartAgentOptions = {}): Promise<ServingAgent> {
  const agent = await startAgent({
    service: "shop",
    environment: {},
    instrumentation: false,
    rules: false,
    ...options,
  });
  started.push(agent);
  return agent;
}

afterEach(async () => {
  for (const agent of started.splice(0)) await agent.stop();
});

test("metrics come in the format that the scraper wants", async () => {
  const { url } = await start();
  const plain = await fetch(`${url}/metrics`);
  expect(plain.headers.get("content-type")).toContain("text/plain");
  expect(await plain.text()).toContain("process_memory_usage_bytes ");
  const accept = "application/openmetrics-text; version=1.0.0";
  const open = await fetch(`${url}/metrics`, { headers: { accept } });
  expect(open.headers.get("content-type")).toContain("application/openmetrics-text");
  expect(await open.text()).toMatch(/# EOF\n$/);
});

test("the report says who the process is, and all that it counted", async () => {
  const registry = createRegistry();
  registry.counter({ name: "orders", help: "Orders." }).with().add(3);
  const { url } = await start({ registry, instance: "shop-1", release: "2.1.0" });
  const report = parseReport(await (await fetch(`${url}/streamgate/report`)).text());
  expect(report.identity).toMatchObject({ service: "shop", instance: "shop-1", release: "2.1.0" });
  const orders = report.families.find(({ name }) => name === "orders");
  expect(orders?.series).toEqual([{ labels: {}, value: 3 }]);
});

test("health and readiness are open, all else needs the token where there is one", async () => {
  let isReady = false;
  const agent = await start({ token: TOKEN, readiness: { database: () => isReady } });
  const { url } = agent;
  expect((await fetch(`${url}/health`)).status).toBe(200);
  expect((await fetch(`${url}/ready`)).status).toBe(503);
  isReady = true;
  await until(async () => (await fetch(`${url}/ready`)).status === 200);
  agent.drain();
  expect(await (await fetch(`${url}/ready`)).json()).toMatchObject({ status: "draining" });
  for (const path of ["/metrics", "/streamgate/report", "/streamgate/traces"]) {
    const refused = await fetch(url + path);
    expect(refused.status).toBe(401);
    expect(refused.headers.get("www-authenticate")).toBe("Bearer");
    expect((await fetch(url + path, { headers: WITH_TOKEN })).status).toBe(200);
  }
});

test("health may be closed, too", async () => {
  const { url } = await start({ token: TOKEN, openHealth: false });
  expect((await fetch(`${url}/health`)).status).toBe(401);
  expect((await fetch(`${url}/health`, { headers: WITH_TOKEN })).status).toBe(200);
});

test("the token may come from the environment", async () => {
  const { url } = await start({ environment: { STREAMGATE_AGENT_TOKEN: TOKEN } });
  expect((await fetch(`${url}/metrics`)).status).toBe(401);
});

test("a proxy on this machine and a rebound name need a token that is not there", async () => {
  const { url } = await start();
  const forwarded = await fetch(`${url}/metrics`, { headers: { "x-forwarded-for": "127.0.0.1" } });
  expect(forwarded.status).toBe(403);
  expect(await statusUnder(url, "evil.example")).toBe(403);
  expect(await statusUnder(url, "localhost")).toBe(200);
});

test("an address that others can reach is not opened without a token", async () => {
  for (const host of ["0.0.0.0", "::", "203.0.113.1"])
    await expect(start({ host })).rejects.toMatchObject({ code: "SG_AGENT_TOKEN_MISSING" });
  const agent = await start({ host: "0.0.0.0", token: TOKEN });
  expect(agent.url).toMatch(/^http:\/\/0\.0\.0\.0:\d+$/);
});

test.each([
  [{ token: "short" }, "SG_AGENT_WEAK_TOKEN"],
  [{ port: 70_000 }, "SG_AGENT_BAD_OPTION"],
  [{ maxCpuShare: 2 }, "SG_AGENT_BAD_OPTION"],
  [{ readinessTimeoutMs: 0 }, "SG_AGENT_BAD_OPTION"],
] as const)("an option that cannot be is named: %j", async (options, code) => {
  await expect(start(options)).rejects.toMatchObject({ code });
});

test("a port that is taken is told as such, and leaves nothing running", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const address = other.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  await expect(start({ port })).rejects.toMatchObject({ code: "SG_AGENT_CANNOT_LISTEN" });
  other.close();
});

test("methods: HEAD is GET without a body, others are told which to use", async () => {
  const { url } = await start();
  const head = await fetch(`${url}/metrics`, { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([200, ""]);
  const put = await fetch(`${url}/metrics`, { method: "PUT", body: "x".repeat(100_000) });
  expect([put.status, put.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  const get = await fetch(`${url}/streamgate/gc`);
  expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
  const missing = await fetch(`${url}/streamgate/nothing`);
  expect(missing.status).toBe(404);
  expect(missing.headers.get("content-type")).toBe("application/problem+json");
});

test("a head that is too large is refused before anything is done", async () => {
  const { url } = await start();
  const answer = await fetch(`${url}/metrics`, { headers: { padding: "x".repeat(9_000) } });
  expect(answer.status).toBe(431);
});

test("connections that never say a word do not take the places of others for good", async () => {
  const { url } = await start();
  const port = Number(new URL(url).port);
  const silent = Array.from({ length: 64 }, () => connect(port, "127.0.0.1").resume());
  for (const each of silent) each.on("error", () => undefined);
  await Promise.all(silent.map((each) => once(each, "close")));
  expect((await fetch(`${url}/health`)).status).toBe(200);
});

test("once stopped, the port is closed, also for connections that were open", async () => {
  const agent = await start();
  await fetch(`${agent.url}/health`);
  await agent.stop();
  await expect(fetch(`${agent.url}/health`)).rejects.toThrow();
});

test("ten thousand series are written while the loop goes on", async () => {
  const registry = createRegistry({ maxSeriesPerMetric: 20_000 });
  const durations = registry.histogram({
    name: "work_seconds",
    help: "h",
    unit: "seconds",
    labelNames: ["of"],
  });
  for (let series = 0; series < 10_000; series += 1) durations.with(`${series}`).record(series);
  const { url } = await start({ registry });
  let turns = 0;
  const turn = setInterval(() => {
    turns += 1;
  }, 1);
  const report = parseReport(await (await fetch(`${url}/streamgate/report`)).text());
  clearInterval(turn);
  expect(report.families.find(({ name }) => name === "work_seconds")?.series).toHaveLength(10_000);
  expect(turns).toBeGreaterThan(10);
});

test("a client that goes away in the middle leaves nothing behind", async () => {
  const registry = createRegistry({ maxSeriesPerMetric: 20_000 });
  const durations = registry.histogram({
    name: "work_seconds",
    help: "h",
    unit: "seconds",
    labelNames: ["of"],
  });
  for (let series = 0; series < 10_000; series += 1) durations.with(`${series}`).record(series);
  const { url } = await start({ registry });
  const asking = get(`${url}/streamgate/report`);
  const [answer] = await once(asking, "response");
  await once(answer, "data");
  asking.destroy();
  expect((await fetch(`${url}/streamgate/report`)).status).toBe(200);
});

function profileOf(url: string, query: string): Promise<Response> {
  return fetch(`${url}/streamgate/${query}`, { method: "POST" });
}

test("profiles come for Chrome, for pprof and as a picture", async () => {
  const { url } = await start();
  const busy = setInterval(() => block(5), 10);
  const chrome = await profileOf(url, "cpu-profile?seconds=1");
  expect(chrome.headers.get("content-disposition")).toMatch(
    /^attachment; filename="shop-cpu-.*\.cpuprofile"$/,
  );
  expect(await chrome.json()).toHaveProperty("samples");
  const svg = await profileOf(url, "cpu-profile?seconds=1&format=svg&width=800");
  expect(svg.headers.get("content-type")).toBe("image/svg+xml");
  expect(svg.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(await svg.text()).toContain("own-port.test.ts");
  clearInterval(busy);
  const pprof = await profileOf(url, "heap-profile?seconds=1&format=pprof");
  expect([...new Uint8Array(await pprof.arrayBuffer()).subarray(0, 2)]).toEqual([0x1f, 0x8b]);
  const trace = await profileOf(url, "loop-trace?seconds=1");
  expect(await trace.json()).toHaveProperty("traceEvents");
  expect(await (await profileOf(url, "gc")).json()).toHaveProperty("heapAfterBytes");
});

test.each([
  "cpu-profile?seconds=0",
  "cpu-profile?seconds=121",
  "cpu-profile?seconds=",
  "cpu-profile?seconds=1e9",
  "cpu-profile?format=exe",
  "cpu-profile?format=heapprofile",
  "cpu-profile?format=svg&width=1",
  "cpu-profile?second=1",
  "heap-snapshot?factor=0",
  "gc?now=1",
])("a question that cannot be answered is refused, and not guessed: %s", async (query) => {
  const { url } = await start();
  const answer = await profileOf(url, query);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ detail: expect.stringMatching(/must be|there is/) });
});

test("one act at a time; a client that goes ends its profile, and the next may begin", async () => {
  const { url } = await start();
  const asking = request(`${url}/streamgate/cpu-profile?seconds=120`, { method: "POST" }).end();
  asking.on("error", () => undefined);
  await until(async () => (await profileOf(url, "gc")).status === 409);
  const refused = await profileOf(url, "gc");
  expect(refused.headers.get("retry-after")).toBe("5");
  asking.destroy();
  await until(async () => (await profileOf(url, "gc")).status === 200);
});

/** What is answered to who asks under another name. */
async function statusUnder(url: string, host: string): Promise<number | undefined> {
  const asking = get(`${url}/metrics`, { headers: { host } });
  const [answer] = await once(asking, "response");
  answer.resume();
  return answer.statusCode;
}
