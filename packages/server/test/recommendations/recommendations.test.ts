import { type Finding, systemClock } from "@streamgate/core";
import type { ProcessReport } from "@streamgate/telemetry";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import type { Jobs } from "../../src/jobs/jobs.ts";
import { createLiveBus } from "../../src/live/live-bus.ts";
import { openStorePool, type StorePool } from "../../src/platform/store-pool.ts";
import type { WatchedProcess } from "../../src/platform/watched-processes.ts";
import { RecommendationActs } from "../../src/recommendations/recommendation-acts.ts";
import {
  openRecommendations,
  type Recommendations,
} from "../../src/recommendations/recommendations.ts";
import { openPostgresStore } from "../../src/store/postgres-store.ts";
import type { Store } from "../../src/store/store.ts";
import { aFinding, aProof, aVerification } from "../support/findings.ts";
import { configurationWith } from "../support/platform-configuration.ts";

let postgres: TestPostgres;
let tables: StorePool;
let store: Store;
let processes: WatchedProcess[];
let recommendations: Recommendations;

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

beforeEach(async () => {
  await tables.query(
    "truncate streamgate.runs, streamgate.findings, streamgate.proofs, streamgate.applications, streamgate.verifications, streamgate.audit_log, streamgate.dismissals, streamgate.jobs cascade",
  );
  processes = [];
  recommendations = openRecommendations({
    tables,
    store,
    configuration: () => configurationWith([{ name: "shop", url: "postgresql://me@db/shop" }]),
    processes: () => processes,
    clock: systemClock,
  });
});

async function look(target: string, findings: readonly Finding[], isWhole = true): Promise<string> {
  const run = await store.beginRun({ target, connection: "", goal: "diagnose", isWhole });
  for (const finding of findings) await store.recordFinding(run, target, finding);
  await store.endRun(run, "finished", {});
  return run;
}

function aProcess(instance: string, finding: Finding): WatchedProcess {
  const report = {
    identity: { service: "media", instance },
    findings: [finding],
  } as unknown as ProcessReport;
  return {
    service: "media",
    instance,
    target: { url: "http://127.0.0.1:1" },
    report,
    heardAtMs: 1_767_225_600_000,
  };
}

function aLeak(change: Partial<Finding> = {}): Finding {
  const { fix: _, ...finding } = aFinding({
    id: "leak-1",
    kind: "memory/leak",
    savedMsPerHour: 0,
    statements: [],
    summary: "The heap grows",
    ...change,
  });
  return finding;
}

function acts(): RecommendationActs {
  const jobs = { current: () => [] } as unknown as Jobs;
  const live = createLiveBus(0);
  return new RecommendationActs({
    recommendations,
    jobs,
    store,
    live,
    configuration: () => configurationWith([]),
  });
}

const ANN = { name: "Ann", kind: "token", scopes: ["act"] } as never;
const call = (id: string, query = {}) => ({
  parameters: { id },
  query,
  body: { confirm: true },
  principal: ANN,
});

describe("recommendations", () => {
  test("climb from estimated to measured to verified with what is known of them", async () => {
    const run = await look("shop", [aFinding()]);
    const rungNow = async () =>
      (await recommendations.one("index-missing-1", undefined)).summary.saved.rung;
    expect(await rungNow()).toBe("estimated");
    await store.recordProof(run, "shop", "index-missing-1", aProof());
    expect(await rungNow()).toBe("measured");
    const fix = aFinding().fix;
    if (fix === undefined) throw new Error("no fix");
    const id = await store.beginApplication({
      run,
      target: "shop",
      finding: "index-missing-1",
      direction: "apply",
      reason: "",
      fix,
    });
    await store.endApplication(id, "done", "applied", {});
    await store.recordVerification(run, "shop", "index-missing-1", aVerification());
    expect(await rungNow()).toBe("verified");
    expect((await recommendations.one("index-missing-1", undefined)).summary.acts).toEqual([
      "verify",
      "revert",
    ]);
  });

  test("that a later look at the whole database does not find again are gone from the list, not from their address", async () => {
    await look("shop", [aFinding()]);
    await look("shop", [], false);
    expect((await recommendations.page({})).total).toBe(1);
    await look("shop", []);
    expect((await recommendations.page({})).total).toBe(0);
    expect(await recommendations.one("index-missing-1", undefined)).toMatchObject({
      isGone: true,
      summary: { acts: ["dismiss"] },
    });
  });

  test("of one id on two targets want the target said", async () => {
    await look("shop", [aFinding()]);
    await look("other", [aFinding()]);
    await expect(recommendations.one("index-missing-1", undefined)).rejects.toMatchObject({
      status: 409,
      message: expect.stringMatching(/other and shop|shop and other/),
    });
    const one = await recommendations.one("index-missing-1", "other");
    expect(one.summary).toMatchObject({
      href: "/recommendations/index-missing-1?target=other",
      acts: ["dismiss"],
    });
    await expect(recommendations.one("index-missing", undefined)).rejects.toMatchObject({
      status: 404,
    });
  });

  test("are told by watched processes, too: each once, the most severe", async () => {
    processes = [
      aProcess("a", aLeak({ severity: "medium" })),
      aProcess("b", aLeak({ severity: "critical" })),
    ];
    await look("shop", [aFinding()]);
    const page = await recommendations.page({});
    expect(
      page.items.map(({ id, target, severity, saved }) => [id, target, severity, saved.value]),
    ).toEqual([
      ["index-missing-1", "shop", "high", 720_000],
      ["leak-1", "media", "critical", null],
    ]);
    processes = [];
    expect((await recommendations.page({})).total).toBe(1);
  });

  test("are dismissed and had back, wherever they come from, and who did it is written down", async () => {
    processes = [aProcess("a", aLeak())];
    await look("shop", [aFinding()]);
    for (const id of ["index-missing-1", "leak-1"]) {
      expect(await acts().dismiss(call(id))).toMatchObject({
        state: "dismissed",
        acts: ["restore"],
      });
      expect(await acts().dismiss(call(id))).toMatchObject({ state: "dismissed" });
    }
    await look("shop", [aFinding()]);
    expect((await recommendations.page({ state: "open" })).total).toBe(0);
    for (const id of ["index-missing-1", "leak-1"])
      expect(await acts().restore(call(id))).toMatchObject({ state: "found" });
    const log = await tables.query<{ actor: string; act: string }>(
      "select actor, act from streamgate.audit_log order by id",
    );
    expect(log.map(({ actor, act }) => `${actor}: ${act}`)).toEqual([
      "token Ann: dismissed",
      "token Ann: dismissed",
      "token Ann: restored",
      "token Ann: restored",
    ]);
  });

  test("do nothing that was not confirmed, or that their state does not allow", async () => {
    processes = [aProcess("a", aLeak())];
    await look("shop", [aFinding()]);
    await expect(
      acts().request("apply", { ...call("index-missing-1"), body: { confirm: false } }),
    ).rejects.toMatchObject({ status: 400 });
    await expect(acts().request("revert", call("index-missing-1"))).rejects.toMatchObject({
      status: 409,
    });
    await expect(acts().request("apply", call("leak-1"))).rejects.toMatchObject({ status: 409 });
  });

  test("are read once by a thousand who ask at the same time, and again only when something changed", async () => {
    await look("shop", [aFinding()]);
    let reads = 0;
    const counting: StorePool = {
      ...tables,
      query: (sql, values) => {
        if (sql.includes("left join lateral")) reads += 1;
        return tables.query(sql, values);
      },
    };
    const counted = openRecommendations({
      tables: counting,
      store,
      configuration: () => configurationWith([]),
      processes: () => [],
      clock: systemClock,
    });
    await Promise.all(Array.from({ length: 1_000 }, () => counted.page({})));
    await counted.page({});
    expect(reads).toBe(1);
    await look("shop", [aFinding({ id: "another" })]);
    expect((await counted.page({})).total).toBe(1);
    expect(reads).toBe(2);
  });
});
