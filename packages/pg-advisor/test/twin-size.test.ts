import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../test/support/postgres.ts";
import { candidate, snapshotOf, withTwin } from "./twin-support.ts";

const ROWS = 60_000;

/** Columns of many types, of high and low cardinality, with and without nulls. */
const TABLE = `
create table samples as
select i as id, i % 7 as few, i % 900 as several, (i * 7919) % 60000 as shuffled,
       md5(i::text) as hash, 'state ' || (i / 97 % 4) as state, repeat('x', 1 + i % 60) || i as note,
       timestamptz '2025-01-01' + i * interval '7 seconds' as created_at,
       date '2025-01-01' + i % 365 as day, i::numeric * 1.25 as amount, i % 2 = 0 as is_even,
       gen_random_uuid() as token, case when i % 3 = 0 then i end as sparse,
       case when i % 10 = 0 then 'x' || i end as rare_text,
       case when random() < 0.8 then 'usual' else 'other ' || i end as skewed,
       i::float8 as real_number, (i % 100)::smallint as small
from generate_series(1, ${ROWS}) as i`;

const INDEXES = [
  ["id"],
  ["few"],
  ["several"],
  ["shuffled"],
  ["hash"],
  ["state"],
  ["note"],
  ["created_at"],
  ["day"],
  ["amount"],
  ["is_even"],
  ["token"],
  ["sparse"],
  ["rare_text"],
  ["skewed"],
  ["real_number"],
  ["small"],
  ["few", "created_at"],
  ["state", "several"],
  ["several", "state", "day"],
  ["hash", "id"],
  ["small", "note"],
  ["is_even", "few"],
  ["sparse", "rare_text"],
] as const;

describe("the predicted size of an index", () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startTestPostgres({
      settings: { autovacuum: "off" },
      hasStatementCounters: false,
    });
    await postgres.query(TABLE);
    await postgres.query("vacuum analyze");
  });
  afterAll(() => postgres.stop());

  it("is within a fifth of the real one, for every kind of column", async () => {
    const candidates = INDEXES.map((columns) =>
      candidate(`i_${columns.join("_")}`, "samples", columns),
    );
    const predicted = await withTwin(await snapshotOf(postgres.url()), async (twin) => {
      await twin.define(candidates);
      return candidates.map(({ id }) => twin.sizeBytes(id));
    });
    const ratios: Record<string, number> = {};
    for (const [position, columns] of INDEXES.entries()) {
      const id = `i_${columns.join("_")}`;
      await postgres.query(`create index ${id} on samples (${columns.join(", ")})`);
      const [row] = await postgres.query<{ bytes: number }>(
        `select pg_relation_size('${id}')::float8 as bytes`,
      );
      ratios[id] = (predicted[position] ?? 0) / (row?.bytes ?? 0);
    }
    expect(Object.entries(ratios).filter(([, ratio]) => ratio < 0.8 || ratio > 1.2)).toEqual([]);
  });

  it("counts included columns and the rows of the predicate alone", async () => {
    const [plain, withNote, partial] = [
      candidate("i_plain", "samples", ["shuffled"]),
      candidate("i_with_note", "samples", ["shuffled"], { include: ["note"] }),
      candidate("i_partial", "samples", ["shuffled"], { predicate: "few = 3" }),
    ];
    await withTwin(await snapshotOf(postgres.url()), async (twin) => {
      await twin.define([plain, withNote, partial]);
      expect(twin.sizeBytes("i_with_note")).toBeGreaterThan(2 * twin.sizeBytes("i_plain"));
      const share = twin.sizeBytes("i_partial") / twin.sizeBytes("i_plain");
      expect(share).toBeGreaterThan(0.12);
      expect(share).toBeLessThan(0.17);
    });
  });
});
