import { type Advice, seededRandom } from "@streamgate/core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { describeDefinition } from "../../src/candidates/definition-sql.ts";
import { generateCandidates } from "../../src/candidates/generate-candidates.ts";
import { adviseIndexes } from "../../src/choice/advise-indexes.ts";
import type { Choice } from "../../src/choice/choice.ts";
import { chooseIndexes } from "../../src/choice/choose-indexes.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import type { Twin } from "../../src/what-if/twin/twin.ts";
import { buildWorkload } from "../../src/workload/build-workload.ts";
import type { Workload } from "../../src/workload/workload.ts";
import { workloadFromSql } from "../../src/workload/workload-from-file.ts";
import { quietContext } from "../twin-support.ts";
import { mediaCounters, mediaFile, seedMediaDatabase } from "./media-scenario.ts";
import { openTwin } from "./open-twin.ts";

const EXPECTED = [
  "public.ai_classification_cache (cache_key)",
  "public.analytics_events (user_id, created_at)",
  "public.content (user_id, status, created_at DESC)",
  "public.keywords (user_id)",
  "public.nft (contract_address, token_id)",
  "public.nft (owner_address)",
  "public.transactions (user_id, created_at DESC)",
];

let postgres: TestPostgres;
let snapshot: Snapshot;
let twin: Twin;

beforeAll(async () => {
  // Whether pages are all-visible decides about covering indexes: no VACUUM may come in between.
  postgres = await startTestPostgres({ settings: { autovacuum: "off" } });
  snapshot = await readSnapshot(await seedMediaDatabase(postgres, "media"));
  twin = await openTwin(snapshot);
});

afterAll(async () => {
  await twin?.close();
  await postgres?.stop();
});

function workloadOf(seed: number): Promise<Workload> {
  return buildWorkload({
    counters: mediaCounters(),
    window: {
      source: "counters since reset",
      from: null,
      to: snapshot.takenAt,
      durationMs: 3_600_000,
    },
    snapshot,
    whatIf: twin,
    random: seededRandom(seed),
  });
}

function choose(workload: Workload): Promise<Choice> {
  const { candidates } = generateCandidates(workload, snapshot);
  return chooseIndexes({ workload, snapshot, candidates, whatIf: twin, context: quietContext() });
}

function definitionsOf({ chosen }: Choice): readonly string[] {
  return chosen.map(({ candidate }) => describeDefinition(candidate.definition)).toSorted();
}

describe("the media catalogue with its primary keys only", () => {
  it.each([1, 2, 3, 4, 5])(
    "needs exactly seven indexes, whatever values are drawn (seed %i)",
    async (seed) => {
      expect(definitionsOf(await choose(await workloadOf(seed)))).toEqual(EXPECTED);
    },
  );

  it("asks the planner some hundred times and tells how often", async () => {
    const { plannerCalls, weighed } = await choose(await workloadOf(1));
    expect(plannerCalls).toBeGreaterThan(50);
    expect(plannerCalls).toBeLessThan(1_500);
    expect(weighed.shareOfTime).toBeGreaterThan(0.9);
  });

  it("says of every candidate that it declined why, with figures", async () => {
    const workload = await workloadOf(1);
    const { candidates } = generateCandidates(workload, snapshot);
    const choice = await choose(workload);
    expect(choice.chosen.length + choice.declined.length).toBe(candidates.length);
    for (const { reason, explanation } of choice.declined) {
      expect(reason).toMatch(/^[a-z-]+$/);
      expect(explanation).toMatch(/\d/);
    }
  });

  it("leaves alone the tables that their primary keys serve", async () => {
    const workload = await workloadOf(1);
    const advice = adviseIndexes({ choice: await choose(workload), workload, snapshot });
    const objects = advice.findings.map(({ subject }) => subject.object);
    expect(objects).not.toContain("public.users");
    expect(objects).not.toContain("public.filter_configs");
  });

  it("finds the same in a file of statements as in the counters", async () => {
    const workload = await workloadFromSql(mediaFile(), {
      snapshot,
      whatIf: twin,
      random: seededRandom(1),
    });
    expect(definitionsOf(await choose(workload))).toEqual(EXPECTED);
  });

  it("advises nothing once its advice is followed and the means have fallen as expected", async () => {
    const workload = await workloadOf(1);
    const advice = adviseIndexes({ choice: await choose(workload), workload, snapshot });
    const steps = advice.findings
      .flatMap(({ fix }) => fix?.steps ?? [])
      .filter((step) => step.kind === "sql");
    for (const { apply } of steps) await postgres.query(apply, undefined, "media");
    onTestFinished(async () => {
      for (const { revert } of steps) await postgres.query(revert, undefined, "media");
    });
    const after = await readSnapshot(postgres.url("media"));
    const mended = withMeans(workload, advice);
    const { candidates } = generateCandidates(mended, after);
    const whatIf = await openTwin(after);
    try {
      const input = { workload: mended, snapshot: after, candidates, whatIf };
      expect(definitionsOf(await chooseIndexes({ ...input, context: quietContext() }))).toEqual([]);
    } finally {
      await whatIf.close();
    }
  });
});

/** The workload as it should look once every index stands. */
function withMeans(workload: Workload, { findings }: Advice): Workload {
  const spared = new Map<string, number>();
  for (const { fingerprint, meanMs, expectedMeanMs } of findings.flatMap((one) => one.statements)) {
    spared.set(fingerprint, (spared.get(fingerprint) ?? 0) + meanMs - expectedMeanMs);
  }
  const statements = workload.statements.map((statement) => {
    const meanMs = Math.max(0, statement.meanMs - (spared.get(statement.fingerprint) ?? 0));
    return { ...statement, meanMs, totalMs: meanMs * statement.calls };
  });
  return { ...workload, statements };
}
