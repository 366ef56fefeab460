import type { Advice } from "@streamgate/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { btreeOn, type ColumnOrder, type IndexDefinition } from "../../src/candidates/candidate.ts";
import { adviseIndexes } from "../../src/choice/advise-indexes.ts";
import type { ChosenIndex } from "../../src/choice/choice.ts";
import { indexNameFor } from "../../src/choice/index-name.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { workloadOf } from "../candidates/workload-of.ts";

const LONG = "a_very_long_column_name_that_goes_on_and_on_é";
const SCHEMA = `
create table songs (id int primary key, artist int, year int);
create table "My ""Table""" ("order" int, "${LONG}" int, "${LONG}2" int);
create table logs (id bigint, at timestamptz, level text) partition by range (at);
create table logs_old partition of logs for values from (minvalue) to ('2024-01-01') partition by list (level);
create table logs_old_error partition of logs_old for values in ('error');
create table logs_new partition of logs default;
insert into logs select g, '2023-12-01'::timestamptz + g * interval '1 day', 'error' from generate_series(1, 100) g;
analyze;
`;

let postgres: TestPostgres;
let snapshot: Snapshot;
beforeAll(async () => {
  postgres = await startTestPostgres();
  await postgres.query(SCHEMA);
  snapshot = await readSnapshot(postgres.url());
});
afterAll(() => postgres?.stop());

const workload = workloadOf([
  "select * from songs where artist = $1",
  "select * from songs where year = $1",
]);

function definition(name: string, ...columns: readonly string[]): IndexDefinition {
  const keys = columns.map(
    (column): ColumnOrder =>
      column.startsWith("-")
        ? { column: column.slice(1), direction: "desc", nulls: "first" }
        : { column, direction: "asc", nulls: "last" },
  );
  return btreeOn({ schema: "public", name }, keys);
}

function chosen(index: IndexDefinition, savedMsPerHour = 1, statement = 0): ChosenIndex {
  const fingerprint = workload.statements[statement]?.fingerprint ?? "";
  return {
    candidate: { id: "c", definition: index, fingerprints: [fingerprint], origin: "" },
    predictedSizeBytes: 4_096_000,
    gains: [{ fingerprint, costBefore: 100, costAfter: 10, meanBeforeMs: 1, expectedMeanMs: 0.1 }],
    savedMsPerHour,
    writeCostMsPerHour: 0.5,
  };
}

function adviceFor(indexes: readonly ChosenIndex[]): Advice {
  const choice = {
    chosen: indexes,
    declined: [],
    plannerCalls: 1,
    weighed: { statements: 2, shareOfTime: 1 },
  };
  return adviseIndexes({ choice, workload, snapshot });
}

/** What the steps do to the database, applied and then reverted in reverse order. */
async function applyAndRevert({
  findings,
}: Advice): Promise<readonly [readonly string[], readonly string[]]> {
  const indexes = async (): Promise<readonly string[]> =>
    (
      await postgres.query<{ name: string }>(
        "select indexrelid::regclass::text as name from pg_index where indisvalid and indexrelid >= 16384 and not indisprimary and indrelid::regclass::text !~ 'pg_' order by 1",
      )
    ).map(({ name }) => name);
  const steps = findings
    .flatMap(({ fix }) => fix?.steps ?? [])
    .flatMap((step) => (step.kind === "sql" ? [step] : []));
  for (const { apply } of steps) await postgres.query(apply);
  const applied = await indexes();
  for (const { revert } of steps.toReversed()) await postgres.query(revert);
  return [applied, await indexes()];
}

describe("advice on a missing index", () => {
  it("is a finding with a stable id, the statements it helps and figures that tell how they were earned", () => {
    const index = chosen(definition("songs", "artist", "-year"), 1);
    const [finding] = adviceFor([index]).findings;
    expect(finding).toMatchObject({
      kind: "index/missing",
      subject: { database: "postgres", object: "public.songs" },
      severity: "critical",
      savedMsPerHour: 1,
      statements: [
        {
          text: "select * from songs where artist = $1",
          shareOfTime: 0.5,
          meanMs: 1,
          expectedMeanMs: 0.1,
        },
      ],
    });
    expect(finding?.id).toMatch(/^idx-[0-9a-f]{8}$/);
    expect(finding?.id).toBe(adviceFor([index]).findings[0]?.id);
    expect(finding?.summary).toBe(
      "An index on public.songs (artist, year DESC) would save an estimated 1 ms of every hour's database time (50 %): one statement, 1 ms → 100 µs a call.",
    );
    const rungs = new Map(finding?.evidence.map(({ name, rung }) => [name, rung]));
    expect(Object.fromEntries(rungs)).toMatchObject({
      "calls of the affected statements": "measured",
      "mean time of an affected call": "measured",
      "expected mean time of an affected call": "estimated",
      "time saved an hour": "estimated",
      "size of the index": "estimated",
    });
  });

  it("puts the most time saved first", () => {
    const advice = adviceFor([
      chosen(definition("songs", "year"), 0.1, 1),
      chosen(definition("songs", "artist"), 1),
    ]);
    expect(
      advice.findings.map(({ savedMsPerHour, severity }) => [savedMsPerHour, severity]),
    ).toEqual([
      [1, "critical"],
      [0.1, "medium"],
    ]);
  });

  it("has a fix that works and can be undone", async () => {
    const advice = adviceFor([
      chosen(definition("songs", "artist", "-year")),
      chosen(definition('My "Table"', "order")),
    ]);
    const [applied, reverted] = await applyAndRevert(advice);
    expect(applied).toHaveLength(2);
    expect(reverted).toEqual([]);
    expect(advice.findings[0]?.fix).toMatchObject({
      risk: "low",
      expectedSizeBytes: 4_096_000,
      steps: [{ lock: "SHARE UPDATE EXCLUSIVE", isTransactional: false }],
    });
    expect(advice.findings[0]?.fix?.expectedDurationMs).toBeGreaterThan(500);
  });

  it("builds on partitions one by one and makes the parent's index valid at last", async () => {
    const [applied, reverted] = await applyAndRevert(adviceFor([chosen(definition("logs", "id"))]));
    expect(applied.map((name) => name.replace(/_[0-9a-f]{6}$/, ""))).toEqual([
      "sg_logs_id",
      "sg_logs_new_id",
      "sg_logs_old_error_id",
      "sg_logs_old_id",
    ]);
    expect(reverted).toEqual([]);
  });
});

describe("the name of an index", () => {
  const songs = { schema: "public", name: "songs" };

  it("tells table and columns and is the same on every run", () => {
    const index = definition("songs", "artist", "-year");
    expect(indexNameFor(index, songs, snapshot)).toMatch(/^sg_songs_artist_year_[0-9a-f]{6}$/);
    expect(indexNameFor(index, songs, snapshot)).toBe(indexNameFor(index, songs, snapshot));
    expect(indexNameFor(index, songs, snapshot)).not.toBe(
      indexNameFor(definition("songs", "artist", "year"), songs, snapshot),
    );
  });

  it("fits 63 bytes and stays apart where the start is the same", () => {
    const table = { schema: "public", name: 'My "Table"' };
    const names = [definition(table.name, LONG), definition(table.name, LONG, `${LONG}2`)].map(
      (index) => indexNameFor(index, table, snapshot),
    );
    expect(new Set(names).size).toBe(2);
    for (const name of names) expect(Buffer.byteLength(name)).toBeLessThanOrEqual(63);
  });

  it("gives way to a valid index of that name, but takes up an invalid one of its own again", () => {
    const index = definition("songs", "artist");
    const name = indexNameFor(index, songs, snapshot);
    const [existing] = snapshot.indexes;
    if (existing === undefined) throw new Error("no index");
    const withIndex = (isValid: boolean): Snapshot => ({
      ...snapshot,
      indexes: [{ ...existing, name, isValid }],
    });
    expect(indexNameFor(index, songs, withIndex(true))).not.toBe(name);
    expect(indexNameFor(index, songs, withIndex(false))).toBe(name);
  });
});
