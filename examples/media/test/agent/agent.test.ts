import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { createMediaApi, type MediaApi } from "../../src/api/media-api.ts";
import type { MediaApiOptions } from "../../src/api/media-options.ts";
import { startApiProcess } from "../support/api-process.ts";
import { type MediaDatabase, startMediaDatabase } from "../support/media-database.ts";

const TOKEN = "a-token-for-the-agent";
const headers = { authorization: `Bearer ${TOKEN}` };

/** The little of a report that is looked at here. */
interface Report {
  readonly identity: { readonly service: string };
  readonly families: readonly {
    readonly name: string;
    readonly series: readonly { readonly labels: Readonly<Record<string, string>> }[];
  }[];
}

let database: MediaDatabase;
const opened: MediaApi[] = [];

beforeAll(async () => {
  database = await startMediaDatabase();
});
afterEach(async () => {
  for (const api of opened.splice(0)) await api.close();
});
afterAll(() => database?.stop());

async function listen(options: Partial<MediaApiOptions>): Promise<string> {
  const api = createMediaApi({ databaseUrl: database.url, port: 0, ...options });
  opened.push(api);
  return api.listen();
}

async function reportOf(url: string): Promise<Report> {
  return (await (await fetch(`${url}/streamgate/report`, { headers })).json()) as Report;
}

/** The values of one label of a metric. */
function labelsOf(report: Report, metric: string, label: string): readonly unknown[] {
  const family = report.families.find(({ name }) => name === metric);
  return (family?.series ?? []).map(({ labels }) => labels[label]);
}

test("routes, statements, pools and the cache are seen", async () => {
  const url = await listen({ agentToken: TOKEN, cache: "memory" });
  for (let times = 0; times < 3; times += 1) await fetch(`${url}/catalogue`);
  const report = await reportOf(url);
  expect(report.identity.service).toBe("media");
  const requests = "http_server_request_duration_seconds";
  expect(labelsOf(report, requests, "http_route")).toContain("/catalogue");
  const statements = "db_client_operation_duration_seconds";
  expect(labelsOf(report, statements, "db_system_name")).toContain("postgresql");
  const pools = "db_client_connection_max";
  expect(labelsOf(report, pools, "db_client_connection_pool_name")).toContain("streamgate-media");
  expect(labelsOf(report, "streamgate_cache_requests", "outcome")).toContain("hit");
});

test("whoever runs the service sees the cache, and warms the keywords of a user", async () => {
  const url = await listen({ agentToken: TOKEN, cache: "memory" });
  const warmed = await fetch(`${url}/streamgate/caches/warm`, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json" },
    body: JSON.stringify({ namespace: "keywords", keys: ["1"] }),
  });
  expect(await warmed.json()).toMatchObject({
    outcomes: [{ cache: "answers", isDone: true, detail: expect.stringContaining("1 loaded") }],
  });
  const report = await (await fetch(`${url}/streamgate/caches`, { headers })).json();
  expect(report).toMatchObject({ caches: [{ name: "answers" }] });
  expect(JSON.stringify(report)).toContain('"name":"keywords","entries":1');
});

test("the service's own health stays its own, and it is ready when its database answers", async () => {
  const url = await listen({ agentToken: TOKEN });
  expect(await (await fetch(`${url}/health`)).json()).toHaveProperty("catalogue");
  const ready = await fetch(`${url}/ready`);
  expect(await ready.json()).toEqual({ status: "ready", checks: { database: "ready" } });
});

test("without a token there is no agent", async () => {
  const url = await listen({});
  expect((await fetch(`${url}/metrics`)).status).toBe(404);
});

test("with one, nobody comes in without it", async () => {
  const url = await listen({ environment: { STREAMGATE_AGENT_TOKEN: TOKEN } });
  for (const path of ["/metrics", "/streamgate/report", "/streamgate/traces"])
    expect((await fetch(url + path)).status).toBe(401);
});

test("a service that was started with a token on its command line serves its metrics and ends cleanly", async () => {
  const api = await startApiProcess(["--agent-token", TOKEN], { DATABASE_URL: database.url });
  await api.get("/catalogue");
  await until(async () => {
    const { text } = await api.get("/metrics", headers);
    return text.includes('http_route="/catalogue"') && text.includes("nodejs_eventloop_delay");
  });
  await api.stop();
});
