import { spawn } from "node:child_process";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Proof, seededRandom, systemClock } from "@streamgate/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { until } from "../../../../test/support/until.ts";
import { dataFolderAt } from "../../src/configuration/data-folder.ts";
import type { JobRequest } from "../../src/jobs/job.ts";
import { createJobWork } from "../../src/jobs/job-work.ts";
import { type Jobs, openJobs } from "../../src/jobs/jobs.ts";
import { openStorePool, type StorePool } from "../../src/platform/store-pool.ts";
import { openPostgresStore } from "../../src/store/postgres-store.ts";
import type { Store } from "../../src/store/store.ts";
import type { Instruments } from "../../src/turn/instruments.ts";
import { aFinding, aFix, aProof, aVerification } from "../support/findings.ts";
import { configurationWith } from "../support/platform-configuration.ts";
import { quietInstruments } from "../support/quiet-instruments.ts";

const FINDING = aFinding();
const DYING_INSTANCE = new URL("./dying-instance.ts", import.meta.url).pathname;

let postgres: TestPostgres;
let url: string;
let folder: string;
let tables: StorePool;
let store: Store;
let jobs: Jobs | undefined;
let calls: string[];

beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
  url = await postgres.createDatabase("store");
  folder = await mkdtemp(join("/tmp", "streamgate-jobs-"));
  await chmod(folder, 0o755);
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
  await rm(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  calls = [];
  await tables.query(
    "truncate streamgate.jobs, streamgate.runs, streamgate.findings, streamgate.proofs, streamgate.applications, streamgate.verifications, streamgate.audit_log cascade",
  );
  const run = await store.beginRun({ target: "shop", connection: "", goal: "diagnose" });
  await store.recordFinding(run, "shop", FINDING);
});

afterEach(() => jobs?.stop());

function begin(change: Partial<Instruments> = {}): Jobs {
  jobs = openJobs({
    tables,
    instance: "here",
    lookEveryMs: 50,
    work: createJobWork({
      configuration: () =>
        configurationWith([{ name: "shop", url: "postgresql://me:s3cret@db/shop" }]),
      store,
      folder: dataFolderAt(folder),
      clock: systemClock,
      random: seededRandom(1),
      instruments: quietInstruments([FINDING], calls, change),
    }),
    onChange: () => undefined,
    log: () => undefined,
  });
  return jobs;
}

async function done(
  request: Partial<JobRequest>,
): Promise<NonNullable<Awaited<ReturnType<Jobs["find"]>>>> {
  const queue = jobs ?? begin();
  const job = await queue.request({
    kind: "prove",
    target: "shop",
    requestedBy: "Ann",
    ...(request.kind === "observe" ? {} : { finding: FINDING.id }),
    ...request,
  });
  await until(async () => ((await queue.find(job.id))?.endedAt ?? null) !== null);
  const ended = await queue.find(job.id);
  if (ended === undefined) throw new Error("the job is gone");
  return ended;
}

async function stateOf(id: string = FINDING.id): Promise<string | undefined> {
  return (await store.findingsWithId(id))[0]?.state;
}

async function noteProof(change: Partial<Proof>): Promise<void> {
  const run = await store.beginRun({ target: "shop", connection: "", goal: "prove" });
  await store.recordProof(run, "shop", FINDING.id, aProof(change));
}

describe("the work of jobs", () => {
  test("proves one finding, without looking for others", async () => {
    begin();
    expect(await done({ kind: "prove" })).toMatchObject({
      state: "done",
      outcome: expect.stringMatching(/^Proven: /),
    });
    expect(calls).toEqual(["twin", "lab", "prove"]);
    expect(await stateOf()).toBe("proven");
  });

  test("applies what was proven lately without another proof, and watches before and after", async () => {
    begin();
    await noteProof({ startedAt: new Date(Date.now() - 3_600_000).toISOString() });
    expect(await done({ kind: "apply" })).toMatchObject({
      state: "done",
      outcome: expect.stringMatching(/^Applied\. Verified/),
    });
    expect(calls).toEqual(["twin", "watch", "apply", "watch"]);
    expect(await stateOf()).toBe("verified");
  });

  test("proves anew what was proven long ago", async () => {
    begin();
    await noteProof({ startedAt: "2020-01-01T00:00:00.000Z" });
    await done({ kind: "apply" });
    expect(calls).toEqual(["twin", "lab", "prove", "watch", "apply", "watch"]);
  });

  test("does not apply what could not be proven, unless that was asked for", async () => {
    begin({
      proveFinding: async () =>
        aProof({ verdict: "not proven", explanation: "the gain drowns in noise" }),
    });
    expect(await done({ kind: "apply" })).toMatchObject({
      state: "failed",
      problem: expect.stringContaining("the gain drowns in noise"),
    });
    expect(calls).not.toContain("apply");
    expect(await done({ kind: "apply", options: { allowsUnproven: true } })).toMatchObject({
      state: "done",
    });
    expect(calls).toContain("apply");
  });

  test("judges a standing fix again against what was seen before it was applied", async () => {
    const seen: (readonly string[])[] = [];
    begin({
      verifyFix: ({ before, after }) => {
        seen.push(
          before[0]?.counters.map(({ queryId, text }) => `${queryId}${text}`) ?? [],
          after[0]?.counters.map(({ queryId }) => queryId) ?? [],
        );
        return aVerification({ verdict: seen.length > 2 ? "no change" : "verified" });
      },
    });
    await done({ kind: "apply" });
    calls.splice(0);
    expect(await done({ kind: "verify" })).toMatchObject({
      state: "done",
      outcome: expect.stringMatching(/^No change/),
    });
    expect(calls).toEqual(["twin", "watch"]);
    // Only the statements that a judgement needs are kept, and never their texts.
    expect(seen.at(-2)).toEqual(["1"]);
    expect(await stateOf()).toBe("no change");
  });

  test("takes back what a later look at production finds harmful", async () => {
    let looks = 0;
    begin({
      verifyFix: () => {
        looks += 1;
        return aVerification(
          looks === 1 ? {} : { verdict: "harmful", explanation: "twice as slow" },
        );
      },
    });
    await done({ kind: "apply" });
    expect(await done({ kind: "verify" })).toMatchObject({
      state: "done",
      outcome: expect.stringContaining("twice as slow"),
    });
    expect(await stateOf()).toBe("reverted");
  });

  test("says so where nothing was watched before an apply", async () => {
    begin();
    const id = await store.beginApplication({
      run: null,
      target: "shop",
      finding: FINDING.id,
      direction: "apply",
      reason: "",
      fix: aFix(),
    });
    await store.endApplication(id, "done", "applied", { appliedAt: "", durationMs: 1, steps: [] });
    expect(await done({ kind: "verify" })).toMatchObject({
      state: "failed",
      problem: expect.stringContaining("nothing was watched before"),
    });
    expect(await stateOf()).toBe("applied");
  });

  test("applies nothing on top of itself", async () => {
    begin();
    await done({ kind: "apply" });
    calls.splice(0);
    expect(await done({ kind: "apply" })).toMatchObject({
      state: "failed",
      problem: expect.stringContaining("stands in the database already"),
    });
    expect(calls).not.toContain("apply");
    expect(await stateOf()).toBe("verified");
  });

  test("leaves what is not wanted unwanted when it is found again", async () => {
    begin();
    await store.moveFinding("shop", FINDING.id, "dismissed");
    expect(await done({ kind: "observe" })).toMatchObject({ state: "done" });
    expect(await stateOf()).toBe("dismissed");
  });

  test("keeps the judgement of a proof of today when the problem is found again, and forgets an old one", async () => {
    begin();
    await noteProof({});
    await done({ kind: "observe" });
    expect(await stateOf()).toBe("proven");
    await tables.query("update streamgate.proofs set at = now() - interval '25 hours'");
    await done({ kind: "observe" });
    expect(await stateOf()).toBe("found");
  });

  test("fails for a database that nobody watches, and shows no password", async () => {
    begin({
      readSnapshot: async () => {
        throw new Error("no answer from postgresql://me:s3cret@db/shop");
      },
    });
    expect(await done({ target: "elsewhere" })).toMatchObject({
      state: "failed",
      problem: expect.stringContaining("elsewhere"),
    });
    const failed = await done({});
    expect(failed.problem).toContain("no answer");
    expect(failed.problem).not.toContain("s3cret");
  });

  test("of an instance that was killed while it applied is found, and what it began is taken back", {
    timeout: 60_000,
  }, async () => {
    await tables.query(
      "insert into streamgate.jobs (kind, target, finding, requested_by) values ('apply', 'shop', $1, 'Ann')",
      [FINDING.id],
    );
    const child = spawn(process.execPath, [
      "--conditions=source",
      "--import",
      "tsx",
      DYING_INSTANCE,
      url,
    ]);
    await new Promise<void>((resolve) => child.stdout.once("data", () => resolve()));
    expect(await stateOf()).toBe("applying");
    const queue = begin();
    // Whoever lives is left alone.
    await until(() => queue.current().some(({ state }) => state === "running"));
    child.kill("SIGKILL");
    await until(async () => (await stateOf()) === "found", 30_000);
    const [observe, apply] = await queue.list({ limit: 10 });
    expect(apply).toMatchObject({
      kind: "apply",
      state: "interrupted",
      problem: "dying that did it has gone",
    });
    expect(observe).toMatchObject({ kind: "observe", requestedBy: "streamgate" });
    expect(calls).toContain("revert");
    const [entry] = await store.findingsWithId(FINDING.id);
    expect(entry?.applications).toMatchObject([{ outcome: "cut short" }]);
  });
});
