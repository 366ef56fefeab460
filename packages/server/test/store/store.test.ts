import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { openPostgresStore } from "../../src/store/postgres-store.ts";
import type { Store } from "../../src/store/store.ts";
import { aFinding, aFix, aProof, aVerification } from "../support/findings.ts";

let postgres: TestPostgres;
let url: string;
let store: Store;
let databases = 0;

const TARGET = "db:5432/shop";

beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
});
afterAll(() => postgres.stop());

beforeEach(async () => {
  databases += 1;
  url = await postgres.createDatabase(`store_${databases}`);
  store = await openAt(url);
  return () => store.close();
});

function openAt(address: string): Promise<Store> {
  return openPostgresStore({
    locate: async () => address,
    serverPid: null,
    close: async () => undefined,
  });
}

async function aRun(): Promise<string> {
  const connection = "postgresql://me@db/shop";
  return store.beginRun({ target: TARGET, connection, goal: "verify" });
}

async function beginApply(run: string, by: Store = store): Promise<string> {
  return by.beginApplication({
    run,
    target: TARGET,
    finding: "index-missing-1",
    direction: "apply",
    reason: "approved",
    fix: aFix(),
  });
}

describe("the store", () => {
  test("remembers a finding with its proof, apply and verification", async () => {
    const run = await aRun();
    await store.recordFinding(run, TARGET, aFinding());
    await store.recordProof(run, TARGET, "index-missing-1", aProof());
    const application = await beginApply(run);
    await store.endApplication(application, "done", "applied", {});
    await store.recordVerification(run, TARGET, "index-missing-1", aVerification());
    await store.endRun(run, "finished", {});

    const [entry] = await store.history(10);
    expect(entry).toMatchObject({
      id: "index-missing-1",
      state: "verified",
      connection: "postgresql://me@db/shop",
      proof: { verdict: "proven" },
      verification: { verdict: "verified" },
      applications: [{ direction: "apply", outcome: "done" }],
    });
    expect(entry?.finding).toEqual(aFinding());
  });

  test("gives a target's latest proofs, newest first, for what they teach", async () => {
    const run = await aRun();
    const target = "postgresql://elsewhere/lessons";
    await store.recordFinding(run, target, aFinding());
    for (const seed of [1, 2, 3])
      await store.recordProof(run, target, "index-missing-1", { ...aProof(), seed });
    const latest = await store.latestProofs(target, 2);
    expect(latest.map(({ seed }) => seed)).toEqual([3, 2]);
    expect(await store.latestProofs("postgresql://nowhere/else", 2)).toEqual([]);
  });

  test("knows what was under way when its process died, and only then", async () => {
    const run = await aRun();
    await store.recordFinding(run, TARGET, aFinding());
    const killed = await openAt(url);
    await beginApply(run, killed);
    expect(await store.abandonedApplications(TARGET)).toEqual([]);
    await killed.close();
    const [abandoned] = await store.abandonedApplications(TARGET);
    expect(abandoned).toMatchObject({
      direction: "apply",
      finding: "index-missing-1",
      outcome: null,
    });
    expect(abandoned?.fix).toEqual(aFix());
    expect(await store.abandonedApplications("db:5432/other")).toEqual([]);
  });

  test("lets only one of two apply the same fix", async () => {
    const run = await aRun();
    await store.recordFinding(run, TARGET, aFinding());
    const other = await openAt(url);
    const outcomes = await Promise.allSettled([beginApply(run), beginApply(run, other)]);
    await other.close();
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  test("a fix applied while another run was looking stands, though that run finds its problem", async () => {
    const run = await aRun();
    const looking = await aRun();
    await store.recordFinding(run, TARGET, aFinding());
    await store.endApplication(await beginApply(run), "done", "applied", {});
    const again = await store.recordFinding(looking, TARGET, aFinding({ severity: "low" }));
    expect(again).toMatchObject({ state: "applied", severity: "low" });
    expect(await store.standingFindings(TARGET)).toHaveLength(1);
  });

  test("a fix that somebody took away by hand no longer stands once its problem is found anew", async () => {
    const run = await aRun();
    await store.recordFinding(run, TARGET, aFinding());
    await store.endApplication(await beginApply(run), "done", "applied", {});
    const later = await aRun();
    const again = await store.recordFinding(later, TARGET, aFinding());
    expect(again.state).toBe("found");
    expect(await store.standingFindings(TARGET)).toEqual([]);
    await store.endApplication(await beginApply(later), "done", "applied", {});
  });

  test("finds a finding again after its fix was taken back", async () => {
    const run = await aRun();
    await store.recordFinding(run, TARGET, aFinding());
    await store.endApplication(await beginApply(run), "done", "applied", {});
    const revert = await store.beginApplication({
      run,
      target: TARGET,
      finding: "index-missing-1",
      direction: "revert",
      reason: "asked",
      fix: aFix(),
    });
    await store.endApplication(revert, "done", "reverted", {});
    expect((await store.history(1))[0]?.state).toBe("reverted");
    const again = await store.recordFinding(await aRun(), TARGET, aFinding());
    expect(again.state).toBe("found");
  });

  test("refuses to note a proof of something that it never found", async () => {
    const run = await aRun();
    await expect(store.recordProof(run, TARGET, "nothing", aProof())).rejects.toMatchObject({
      code: "SG_SERVER_FINDING_UNKNOWN",
    });
  });

  test("keeps no password, wherever it stood", async () => {
    const run = await aRun();
    const secret = "postgresql://me:s3cret@db/shop";
    await store.recordFinding(run, TARGET, aFinding({ summary: secret }));
    await store.endRun(run, "failed", { said: secret });
    await store.note({ act: "looked", target: TARGET, details: { secret } });
    const dump = await postgres.query(
      `select (select jsonb_agg(to_jsonb(f)) from streamgate.findings f)::text
           || (select jsonb_agg(to_jsonb(r)) from streamgate.runs r)::text
           || (select jsonb_agg(to_jsonb(a)) from streamgate.audit_log a)::text as text`,
      undefined,
      new URL(url).pathname.slice(1),
    );
    expect(dump[0]?.text).toContain("me:***@db");
    expect(dump[0]?.text).not.toContain("s3cret");
  });

  test("writes every act to the audit log, with who did it", async () => {
    const run = await aRun();
    await store.recordFinding(run, TARGET, aFinding());
    await store.endApplication(await beginApply(run), "failed", "found", { reason: "disk full" });
    const log = await postgres.query(
      "select act, actor, finding from streamgate.audit_log order by id",
      undefined,
      new URL(url).pathname.slice(1),
    );
    expect(log.map(({ act }) => act)).toEqual(["apply started", "apply failed"]);
    expect(log[0]?.actor).toContain(`pid ${process.pid}`);
  });

  test("takes nothing for abandoned that this very process works on", async () => {
    const run = await aRun();
    await store.recordFinding(run, TARGET, aFinding());
    const application = await beginApply(run);
    expect(await store.abandonedApplications(TARGET)).toEqual([]);
    await store.endApplication(application, "done", "applied", {});
    expect(await store.abandonedApplications(TARGET)).toEqual([]);
  });

  test("goes on after its connection was cut", async () => {
    await aRun();
    await postgres.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'streamgate store' and datname = '${new URL(url).pathname.slice(1)}'`,
    );
    await aRun().catch(() => undefined);
    expect(await aRun()).toMatch(/^\d+$/);
  });

  test("holds texts that jsonb itself could not", async () => {
    const run = await aRun();
    const strange = aFinding({ summary: "a\u0000b \ud800 'quoted' \"double\" 🦉" });
    const record = await store.recordFinding(run, TARGET, strange);
    expect(record.finding.summary).toContain("🦉");
  });
});
