import { describe, expect, it } from "vitest";
import { type AdviseDropsInput, adviseDrops } from "../../src/indexes/advise-drops.ts";
import type { IndexPortrait } from "../../src/indexes/index-portrait.ts";
import type { IndexObservation } from "../../src/indexes/observe-indexes.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { workloadOf } from "../proof/scenario.ts";
import { portrait, shape } from "./shapes.ts";

const NOW = "2026-06-01T00:00:00.000Z";
const DAY_MS = 86_400_000;
const TABLE = {
  kind: "table",
  isUnlogged: false,
  rows: 100_000,
  reads: 50,
  notNull: [],
} as const;
const SNAPSHOT = {
  server: { database: "shop" },
  relations: [],
  indexes: [],
  statements: [],
  functions: [],
} as unknown as Snapshot;

function named(name: string, more: Parameters<typeof portrait>[2] = {}): IndexPortrait {
  return portrait(name, shape(["a"]), { table: TABLE, ...more });
}

function observed(...indexes: readonly IndexPortrait[]): IndexObservation {
  return {
    takenAt: NOW,
    versionNumber: 180_004,
    startedAt: NOW,
    isReplica: false,
    counting: { countersResetAt: null, replicas: 0 },
    indexes,
    traits: [],
    tables: [],
  };
}

function input(observation: IndexObservation, more: Partial<AdviseDropsInput> = {}) {
  return {
    observation,
    workload: workloadOf(),
    snapshot: SNAPSHOT,
    whatIf: { planMany: async () => [] },
    ...more,
  };
}

function remembered(one: IndexPortrait, scansSeen = 0) {
  return { portrait: one, watchedSinceMs: Date.parse(NOW) - 60 * DAY_MS, scansSeen };
}

async function told(given: AdviseDropsInput) {
  const { verdicts } = await adviseDrops(given);
  return verdicts.map((one) =>
    one.action === "keep" ? one.refusals.map(({ reason }) => reason).join() : one.action,
  );
}

describe("an index that nobody scans", () => {
  it("goes when it was remembered for two months, and not when it is seen for the first time", async () => {
    const one = named("idle");
    expect(await told(input(observed(one), { watched: [remembered(one)] }))).toEqual(["drop"]);
    expect(await told(input(observed(one)))).toEqual(["watched-too-briefly"]);
  });

  it("stays when it was scanned since it was remembered", async () => {
    const now = named("idle", { index: { scans: 1 } });
    expect(await told(input(observed(now), { watched: [remembered(named("idle"))] }))).toEqual([
      "scanned",
    ]);
  });

  it("is another one when it was dropped and made anew under its name", async () => {
    const before = named("idle", { index: { oid: 7, scans: 3 } });
    const now = named("idle", { index: { oid: 8, scans: 0 } });
    expect(await told(input(observed(now), { watched: [remembered(before)] }))).toEqual([
      "watched-too-briefly",
    ]);
    // REINDEX CONCURRENTLY: another number, the same counter.
    const rebuilt = named("idle", { index: { oid: 8, scans: 3 } });
    const scanned = { ...remembered(before), scansSeen: 0 };
    expect(await told(input(observed(rebuilt), { watched: [scanned] }))).toEqual([
      "scanned-before,scanned",
    ]);
  });

  it("stays where the twin is without it, and so cannot tell who needs it", async () => {
    const one = named("idle");
    const whatIf = {
      planMany: async () => [],
      skipped: [{ object: "index public.idle", reason: "its type needs an extension" }],
    };
    const given = input(observed(one), { watched: [remembered(one)], whatIf });
    expect(await told(given)).toEqual(["statement-not-planned"]);
    expect((await adviseDrops(given)).declined[0]?.explanation).toMatch(
      /its type needs an extension/,
    );
  });

  it("goes after a shorter or a longer watch where that is wanted", async () => {
    const one = named("idle");
    const watched = [remembered(one)];
    expect(await told(input(observed(one), { watched, watchWindowMs: 400 * DAY_MS }))).toEqual([
      "watched-too-briefly",
    ]);
  });
});

it("what is freed is measured, what writers save is estimated", async () => {
  const one = named("idle", { index: { sizeBytes: 50 * 1024 ** 2 } });
  const usage = {
    sequentialScans: 9,
    indexScans: 0,
    rowsInserted: 240_000,
    rowsUpdated: 24_000,
    rowsHotUpdated: 24_000,
    rowsDeleted: 0,
    liveRows: 1,
    deadRows: 0,
    lastAnalyzed: null,
  };
  const observation = { ...observed(one), tables: [{ name: one.index.table, usage }] };
  const { findings } = await adviseDrops(input(observation, { watched: [remembered(one)] }));
  expect(findings).toMatchObject([
    {
      kind: "index/unused",
      severity: "low",
      subject: { database: "shop", object: "public.t" },
      // 10,000 entries an hour, at 10 µs.
      savedMsPerHour: 100,
      fix: { steps: [{ apply: "DROP INDEX CONCURRENTLY public.idle" }] },
    },
  ]);
  const rungs = Object.fromEntries(
    (findings[0]?.evidence ?? []).map(({ name, rung, value }) => [name, [rung, value]]),
  );
  expect(rungs).toEqual({
    "size of the index": ["measured", 50 * 1024 ** 2],
    "bytes saved": ["measured", 50 * 1024 ** 2],
    "scans of the index": ["measured", 0],
    "entries written an hour": ["estimated", 10_000],
    "write time saved an hour": ["estimated", 100],
  });
});
