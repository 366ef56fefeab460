import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { until } from "../../../../test/support/until.ts";
import {
  startWatchedService,
  type WatchedService,
} from "../../../../test/support/watched-service.ts";
import { ProfileRecords } from "../../src/profiling/profile-records.ts";
import { startTestPlatform, type TestPlatform } from "../support/platform.ts";

const TOKEN = "a token of the tests 1".replaceAll(" ", "-");

let postgres: TestPostgres;
let service: WatchedService;
let server: TestPlatform;
let shop: { readonly service: string; readonly instance: string };

beforeAll(async () => {
  [postgres, service] = await Promise.all([
    startTestPostgres({ hasStatementCounters: false }),
    startWatchedService(TOKEN),
  ]);
  server = await startTestPlatform(postgres.url(), {
    targets: [{ url: service.agentUrl, token: TOKEN }],
  });
  await until(() => server.platform.processes().some((each) => each.service === "shop"));
  const found = server.platform.processes().find((each) => each.service === "shop");
  shop = { service: "shop", instance: found?.instance ?? "" };
});

afterAll(async () => {
  await server?.stop();
  await service?.stop();
  await postgres?.stop();
});

async function stateOf(id: string): Promise<string> {
  return (await server.call("getProfile", { parameters: { id } })).profile.state;
}

test("a collection is forced in the process that is named, and its heap is told before and after", async () => {
  const collection = await server.call("forceCollection", { body: shop });
  expect(collection).toMatchObject({ instance: shop.instance, before: { unit: "bytes" } });
  expect(collection.after.value).toBeGreaterThan(1_000_000);
  const nobody = server.call("forceCollection", { body: { service: "shop", instance: "nobody" } });
  await expect(nobody).rejects.toMatchObject({ status: 404 });
});

test("a CPU profile is taken in the background, kept, and shown as a tree; a second one at the same time is refused", async () => {
  const begun = await server.call("takeProfile", { body: { ...shop, kind: "cpu", seconds: 1 } });
  expect(begun).toMatchObject({ state: "running", takenBy: "ana", durationMs: 1_000 });
  const second = server.call("takeProfile", { body: { ...shop, kind: "cpu", seconds: 1 } });
  await expect(second).rejects.toMatchObject({ status: 409 });
  await until(async () => (await stateOf(begun.id)) !== "running");
  const view = await server.call("getProfile", { parameters: { id: begun.id } });
  expect(view).toMatchObject({ unit: "µs", profile: { state: "done", problem: null } });
  expect(view.root?.name).toBe("(root)");
  expect(view.root?.total).toBeGreaterThan(0);
  expect((await server.call("listProfiles")).items[0]?.id).toBe(begun.id);
});

test("a heap profile tells bytes", async () => {
  const begun = await server.call("takeProfile", { body: { ...shop, kind: "heap", seconds: 1 } });
  await until(async () => (await stateOf(begun.id)) !== "running");
  const view = await server.call("getProfile", { parameters: { id: begun.id } });
  expect(view).toMatchObject({ unit: "bytes", profile: { state: "done" } });
});

test("a profile that StreamGate did not live to finish has failed", async () => {
  const records = new ProfileRecords(server.platform.tables);
  const longAgoMs = Date.now() - 3_600_000;
  const left = { service: "old", instance: "gone", kind: "cpu" as const };
  const begun = await records.begin(left, 10_000, "ana", longAgoMs);
  const view = await server.call("getProfile", { parameters: { id: begun?.id ?? "" } });
  expect(view.profile).toMatchObject({
    state: "failed",
    problem: expect.stringContaining("ended"),
  });
});

test("an id that is none is of no profile", async () => {
  for (const id of ["0", "x'; drop", "99999999999999999999"])
    await expect(server.call("getProfile", { parameters: { id } })).rejects.toMatchObject({
      status: 404,
    });
});

test("of many profiles the oldest are forgotten", async () => {
  const records = new ProfileRecords(server.platform.tables);
  await postgres.query(`insert into streamgate.profiles
    (service, instance, kind, started_at_ms, duration_ms, taken_by, state, size_bytes)
    select 'many', n::text, 'cpu', 1, 1, 'ana', 'done', 1000 from generate_series(1, 150) as n`);
  const last = { service: "many", instance: "last", kind: "cpu" as const };
  const begun = await records.begin(last, 1_000, "ana", Date.now());
  await records.done(begun?.id ?? "", null);
  const items = await records.list(Date.now());
  expect(items).toHaveLength(100);
  expect(items[0]).toMatchObject({ instance: "last", state: "done" });
  const [row] = await postgres.query<{ n: number }>(
    "select count(*)::int as n from streamgate.profiles",
  );
  expect(row?.n).toBe(100);
});
