import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { aFinding, aProof } from "../support/findings.ts";
import { startTestPlatform, type TestPlatform } from "../support/platform.ts";

let postgres: TestPostgres;
let api: TestPlatform;

beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
  api = await startTestPlatform(
    await postgres.createDatabase("store"),
    {},
    {
      databases: [
        {
          name: "shop",
          url: "postgresql://me@127.0.0.1:1/shop",
          intervalMs: 10_000,
          adviseEveryMs: 0,
        },
      ],
    },
  );
  const { store } = api.platform;
  const run = await store.beginRun({ target: "shop", connection: "", goal: "prove" });
  for (let index = 0; index < 12; index += 1) {
    const finding = aFinding({ id: `index-${index}`, savedMsPerHour: index * 1_000 });
    await store.recordFinding(run, "shop", finding);
    if (index % 2 === 0) await store.recordProof(run, "shop", finding.id, aProof());
  }
  await store.endRun(run, "finished", {});
}, 60_000);

afterAll(async () => {
  await api?.stop();
  await postgres?.stop();
});

describe("the API of recommendations", () => {
  test("answers as the contract says", async () => {
    const page = await api.call("listRecommendations", { query: { limit: 5, state: "open" } });
    expect(page).toMatchObject({ total: 12, states: { found: 6, proven: 6 } });
    expect(page.items).toHaveLength(5);
    const proven = await api.call("getRecommendation", {
      parameters: { id: "index-2" },
      query: {},
    });
    expect(proven).toMatchObject({
      recommendation: { state: "proven" },
      proof: { verdict: "proven" },
      jobs: [],
    });
    const unproven = await api.call("getProof", {
      parameters: { id: "index-1" },
      query: { target: "shop" },
    });
    expect(unproven).toMatchObject({ verdict: null, proof: null, statements: [] });
    expect(
      await api.call("dismissRecommendation", {
        parameters: { id: "index-3" },
        query: {},
        body: { confirm: true, reason: "not now" },
      }),
    ).toMatchObject({ state: "dismissed" });
    expect(
      await api.call("restoreRecommendation", {
        parameters: { id: "index-3" },
        query: {},
        body: { confirm: true },
      }),
    ).toMatchObject({ state: "found" });
    const job = await api.call("observeNow", { body: { target: "shop" } });
    expect(await api.call("getJob", { parameters: { id: job.id } })).toMatchObject({
      kind: "observe",
      requestedBy: "ana",
    });
    expect((await api.call("listJobs", { query: {} })).items).toHaveLength(1);
    expect(await api.call("cancelJob", { parameters: { id: job.id } })).toMatchObject({
      id: job.id,
    });
  });

  test("refuses what makes no sense, whatever it is, and breaks on nothing", async () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.constantFrom("index-1", "\0", "../..", "%00", "1e400", "9".repeat(18), "-1"),
    );
    const refused = async (call: Promise<unknown>): Promise<void> => {
      const error = await call.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error !== undefined)
        expect((error as { readonly status?: number }).status).toBeLessThan(500);
    };
    await fc.assert(
      fc.asyncProperty(text, text, text, async (id, one, other) => {
        const parameters = { id };
        const body = { confirm: true, reason: one };
        await refused(
          api.call("listRecommendations", {
            query: { state: one, search: other, kind: id, after: other },
          }),
        );
        await refused(api.call("getRecommendation", { parameters, query: { target: one } }));
        await refused(api.call("getProof", { parameters, query: {} }));
        await refused(
          api.call("verifyRecommendation", { parameters, query: { target: one }, body }),
        );
        await refused(api.call("listJobs", { query: { finding: one, after: other } }));
        await refused(api.call("getJob", { parameters }));
        await refused(api.call("cancelJob", { parameters }));
        await refused(api.call("observeNow", { body: { target: one } }));
      }),
      { numRuns: 60 },
    );
  });

  test("keeps a reason of any characters", async () => {
    const reason = "weil \0 \ud800 es 'nicht' passt; postgresql://me:s3cret@db/shop";
    await api.call("dismissRecommendation", {
      parameters: { id: "index-5" },
      query: {},
      body: { confirm: true, reason },
    });
    const log = await postgres.query<{ details: { reason: string } }>(
      "select details from streamgate.audit_log where finding = 'index-5'",
      undefined,
      "store",
    );
    expect(log[0]?.details.reason).toContain("es 'nicht' passt");
    expect(log[0]?.details.reason).not.toContain("s3cret");
  });
});
