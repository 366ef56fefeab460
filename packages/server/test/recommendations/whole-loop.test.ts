import { chmod, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type {
  Job,
  Principal,
  ProofView,
  RecommendationPage,
  RecommendationView,
} from "@streamgate/contract";
import Fastify, { type FastifyInstance } from "fastify";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { until } from "../../../../test/support/until.ts";
import type { Access } from "../../src/access/access.ts";
import { addApiRoutes } from "../../src/api/api-routes.ts";
import { recommendationsHandlers } from "../../src/api/areas/recommendations.ts";
import type { Handlers } from "../../src/api/handlers.ts";
import { dataFolderAt } from "../../src/configuration/data-folder.ts";
import { openPlatform } from "../../src/platform/open-platform.ts";
import type { Platform } from "../../src/platform/platform.ts";
import { addProofPage } from "../../src/proof-view/page/proof-page-route.ts";
import { configurationWith } from "../support/platform-configuration.ts";

const PRINCIPAL: Principal = {
  name: "Ann",
  kind: "token",
  scopes: ["read", "act"],
} as unknown as Principal;

/** Everybody is Ann. */
const ACCESS = {
  gate: { admit: async () => PRINCIPAL },
  configuration: () => configurationWith([]).access,
} as unknown as Access;

let postgres: TestPostgres;
let folder: string;
let platform: Platform;
let app: FastifyInstance;
let traffic: { stop(): Promise<void> };

beforeAll(async () => {
  postgres = await startTestPostgres();
  const url = await postgres.createDatabase("shop");
  const storeUrl = await postgres.createDatabase("store");
  await postgres.query(
    `create table orders (id bigint generated always as identity primary key, user_id int not null, note text not null);
     create table users (id int primary key, name text not null);
     insert into users select i, 'user ' || i from generate_series(1, 2000) i;
     insert into orders (user_id, note) select i % 3000, repeat('x', 60) from generate_series(1, 60000) i;
     analyze;`,
    undefined,
    "shop",
  );
  await callOften(url, 300);
  traffic = startTraffic(url);
  folder = await mkdtemp(join("/tmp", "streamgate-loop-"));
  await chmod(folder, 0o755);
  platform = await openPlatform({
    readConfiguration: async () => configurationWith([{ name: "shop", url }]),
    version: "0.0.0",
    folder: dataFolderAt(folder),
    storeUrl,
    log: () => undefined,
  });
  app = Fastify();
  const onUnexpected = (error: unknown): void => console.error(error);
  const caller = await addApiRoutes(app, {
    handlers: recommendationsHandlers(platform) as Handlers,
    access: ACCESS,
    onUnexpected,
  });
  addProofPage(app, { caller, gate: ACCESS.gate, onUnexpected });
}, 60_000);

afterAll(async () => {
  await app?.close();
  await platform?.stop();
  await traffic?.stop();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What the findings are found in. */
async function callOften(url: string, times: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  for (let call = 0; call < times; call += 1) await callOnce(client, call);
  await client.end();
}

async function callOnce(client: pg.Client, call: number): Promise<void> {
  await client.query("select id, note from orders where user_id = $1", [call % 3_000]);
  await client.query("select name from users where id = $1", [1 + (call % 2_000)]);
}

/** Calls that the missing index would help, and calls that it cannot touch. */
function startTraffic(url: string): { stop(): Promise<void> } {
  let isRunning = true;
  const run = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    for (let call = 0; isRunning; call += 1) {
      await callOnce(client, call);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await client.end();
  };
  const running = run();
  return {
    stop: async () => {
      isRunning = false;
      await running;
    },
  };
}

async function get<Result>(path: string): Promise<Result> {
  const response = await app.inject({ method: "GET", url: `/api/v1${path}` });
  expect(response.statusCode, response.body).toBe(200);
  return response.json<Result>();
}

async function act(path: string, body: object): Promise<{ status: number; job: Job }> {
  const response = await app.inject({ method: "POST", url: `/api/v1${path}`, payload: body });
  return { status: response.statusCode, job: response.json<Job>() };
}

async function ended(job: Job): Promise<Job> {
  let now = job;
  await until(async () => {
    now = await get<Job>(`/jobs/${job.id}`);
    return now.endedAt !== null;
  }, 60_000);
  expect(now.problem).toBeNull();
  return now;
}

test("a missing index is found, proven, applied, verified, and taken back, all by the API", {
  timeout: 120_000,
}, async () => {
  const observed = await act("/jobs", { target: "shop" });
  expect(observed.status).toBe(202);
  expect(await ended(observed.job)).toMatchObject({
    state: "done",
    requestedBy: "Ann",
    progress: 1,
  });

  const list = await get<RecommendationPage>("/recommendations?state=open&kind=index");
  const [found] = list.items;
  expect(found).toMatchObject({
    kind: "index/missing",
    state: "found",
    target: "shop",
    saved: { rung: "estimated" },
  });
  const path = `/recommendations/${found?.id}`;

  const unconfirmed = await act(`${path}/apply`, { confirm: false });
  expect(unconfirmed.status).toBe(400);

  const proving = await act(`${path}/prove`, { confirm: true });
  expect(proving.status).toBe(202);
  const again = await act(`${path}/prove`, { confirm: true });
  expect(again.job.id).toBe(proving.job.id);
  const proven = await ended(proving.job);
  expect(proven).toMatchObject({ state: "done" });
  expect(proven.outcome).toMatch(/^Proven: /);
  const proof = await get<ProofView>(`${path}/proof`);
  expect(proof).toMatchObject({
    verdict: "proven",
    recommendation: { state: "proven", saved: { rung: "measured" } },
  });
  expect(proof.statements[0]?.shift).toHaveLength(9);
  expect(proof.undo[0]).toMatch(/^DROP INDEX CONCURRENTLY/);

  const applying = await act(`${path}/apply`, {
    confirm: true,
    watchMs: 2_000,
    reason: "the page is slow",
  });
  expect(await ended(applying.job)).toMatchObject({
    state: "done",
    outcome: expect.stringMatching(/^Applied\. Verified/),
  });
  const view = await get<RecommendationView>(path);
  expect(view.recommendation).toMatchObject({
    state: "verified",
    acts: ["verify", "revert"],
    saved: { rung: "verified" },
  });
  expect(view.applications).toMatchObject([
    { direction: "apply", reason: "approved by Ann", outcome: "done" },
  ]);
  expect(view.jobs.map(({ kind }) => kind)).toEqual(["apply", "prove"]);

  const verifying = await act(`${path}/verify`, { confirm: true, watchMs: 2_000 });
  expect(await ended(verifying.job)).toMatchObject({
    state: "done",
    outcome: expect.stringMatching(/^Verified/),
  });

  const reverting = await act(`${path}/revert`, { confirm: true });
  expect(await ended(reverting.job)).toMatchObject({ state: "done" });
  expect((await get<RecommendationView>(path)).recommendation.state).toBe("reverted");
  const indexes = await postgres.query(
    "select indexname from pg_indexes where tablename = 'orders'",
    undefined,
    "shop",
  );
  expect(indexes).toHaveLength(1);

  const exported = await app.inject({ method: "GET", url: `/api/v1${path}/proof.html` });
  expect(exported.headers).toMatchObject({
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": expect.stringContaining("default-src 'none'"),
  });
  expect(exported.body).toContain("DROP INDEX CONCURRENTLY");
  const nobody = await app.inject({
    method: "GET",
    url: "/api/v1/recommendations/none/proof.html",
  });
  expect(nobody.statusCode).toBe(404);

  const refused = await act(`${path}/revert`, { confirm: true });
  expect(refused.status).toBe(409);
  await until(
    async () => (await platform.monitor().incidents.changes(0, Date.now() + 60_000)).length === 2,
  );
  const changes = await platform.monitor().incidents.changes(0, Date.now() + 60_000);
  expect(changes.map(({ kind }) => kind)).toEqual(["fix-applied", "fix-reverted"]);
});
