import type { Change } from "@streamgate/monitor";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { openStorePool, type StorePool } from "../../src/platform/store-pool.ts";
import { followAppliedChanges } from "../../src/recommendations/applied-changes.ts";
import { openPostgresStore } from "../../src/store/postgres-store.ts";
import type { Store } from "../../src/store/store.ts";
import { aFinding, aFix } from "../support/findings.ts";

let postgres: TestPostgres;
let tables: StorePool;
let store: Store;

beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
  const url = await postgres.createDatabase("store");
  tables = openStorePool(async () => url);
  store = await openPostgresStore({
    locate: async () => url,
    serverPid: null,
    close: async () => undefined,
  });
});

afterAll(async () => {
  await store?.close();
  await tables?.close();
  await postgres?.stop();
});

describe("changes", () => {
  test("are told of what anybody applied and took back, each once, also after one could not be told", async () => {
    const told: Change[] = [];
    let isBroken = true;
    const log: string[] = [];
    const follow = (): ReturnType<typeof followAppliedChanges> =>
      followAppliedChanges({
        tables,
        recordChange: async (change) => {
          if (isBroken) throw new Error("the monitor is away");
          if (!told.some(({ id }) => id === change.id)) told.push(change);
        },
        everyMs: 3_600_000,
        log: (line) => log.push(line),
      });
    const run = await store.beginRun({ target: "shop", connection: "", goal: "apply" });
    const { id: finding } = await store.recordFinding(run, "shop", aFinding());
    const applying = { run, target: "shop", finding, reason: "", fix: aFix() };
    const failed = await store.beginApplication({ ...applying, direction: "apply" });
    await store.endApplication(failed, "failed", "found", {});
    const applied = await store.beginApplication({ ...applying, direction: "apply" });
    await store.endApplication(applied, "done", "applied", {});

    const changes = follow();
    await changes.look();
    expect(told).toEqual([]);
    expect(log[0]).toContain("the monitor is away");
    isBroken = false;
    await changes.look();
    await changes.look();
    const reverted = await store.beginApplication({ ...applying, direction: "revert" });
    await store.endApplication(reverted, "done", "reverted", {});
    await changes.look();
    const restarted = follow();
    await restarted.look();
    expect(told.map(({ kind, summary, labels }) => [kind, summary, labels.finding])).toEqual([
      ["fix-applied", aFix().summary, finding],
      ["fix-reverted", aFix().summary, finding],
    ]);
    await changes.stop();
    await restarted.stop();
  });
});
