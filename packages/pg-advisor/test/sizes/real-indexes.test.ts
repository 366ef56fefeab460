import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import type { Candidate, IndexKey, IndexMethod } from "../../src/candidates/candidate.ts";
import { nameless } from "../../src/candidates/definition-sql.ts";
import { snapshotOf, withTwin } from "../twin-support.ts";

const TABLE = `
create extension if not exists pg_trgm;
select setseed(0.3);
create table visits as
select i as id, i % 40 as shop, (i * 7919) % 30000 as shuffled, (random() * 3000)::int as item,
       case when random() < 0.7 then null else (random() * 9000)::int end as sparse,
       case when random() < 0.9 then 0 else (random() * 400)::int end as fault,
       'Visitor ' || i || ' of ' || (random() * 500)::int as visitor,
       timestamptz '2025-01-01' + i * interval '1 minute' as at,
       ('192.168.' || i % 250 || '.' || i % 7)::inet as address,
       repeat(md5(i::text) || ' ', 16 + i % 14) as report,
       md5(i::text) || md5((-i)::text) as digest,
       jsonb_build_object('id', i, 'kind', i % 12, 'city', 'city ' || i % 90) as payload,
       array[(i * 31) % 200, (i * 17) % 200] as labels
from generate_series(1, 30000) as i`;

const key = (column: string | null, more: Partial<IndexKey> = {}): IndexKey => ({
  column,
  expression: null,
  operatorClass: null,
  direction: "asc",
  nulls: "last",
  ...more,
});
const expression = (sql: string): IndexKey => key(null, { expression: sql });

let count = 0;
function index(
  method: IndexMethod,
  keys: readonly IndexKey[],
  more: Partial<Candidate["definition"]> = {},
): Candidate {
  count += 1;
  return {
    id: `c_${count}`,
    definition: {
      table: { schema: "public", name: "visits" },
      method,
      keys,
      include: [],
      predicate: null,
      options: [],
      ...more,
    },
    fingerprints: [],
    origin: "a test",
  };
}

const KINDS: Readonly<Record<string, readonly Candidate[]>> = {
  "B-trees with included columns, which are not deduplicated": [
    index("btree", [key("shop")], { include: ["item"] }),
    index("btree", [key("item")], { include: ["visitor"] }),
  ],
  "B-trees of several columns": [
    index("btree", [key("shop"), key("item")]),
    index("btree", [key("item"), key("at")]),
    index("btree", [key("sparse"), key("shop")]),
  ],
  "partial B-trees": [
    index("btree", [key("sparse")], { predicate: "sparse is not null" }),
    index("btree", [key("item")], { predicate: "shop = 3" }),
    index("btree", [key("fault")], { predicate: "fault <> 0" }),
  ],
  "B-trees on expressions that nobody gathered statistics of": [
    index("btree", [expression("lower(visitor)")]),
    index("btree", [expression("(at at time zone 'UTC')::date")]),
    index("btree", [expression("item % 10")]),
    index("btree", [expression("payload ->> 'city'")]),
  ],
  "B-trees with options": [
    index("btree", [key("shuffled")], { options: ["fillfactor=60"] }),
    index("btree", [key("shop")], { options: ["fillfactor=70"] }),
    index("btree", [key("shop")], { options: ["deduplicate_items=off"] }),
  ],
  "B-trees of long texts, which are compressed where that helps, and of addresses": [
    index("btree", [key("report")]),
    index("btree", [key("digest")]),
    index("btree", [key("address")]),
  ],
  "hash indexes": [
    index("hash", [key("shuffled")]),
    index("hash", [key("shop")]),
    index("hash", [key("sparse")], { predicate: "shop < 10" }),
    index("hash", [key("item")], { options: ["fillfactor=40"] }),
  ],
  "BRIN indexes": [
    index("brin", [key("at")]),
    index("brin", [key("at"), key("shop")], { options: ["pages_per_range=1"] }),
    index("brin", [key("item", { operatorClass: "int4_bloom_ops" })], {
      options: ["pages_per_range=4"],
    }),
  ],
  "GIN indexes": [
    index("gin", [key("payload")]),
    index("gin", [key("payload", { operatorClass: "jsonb_path_ops" })]),
    index("gin", [key("labels")]),
    index("gin", [key("digest", { operatorClass: "gin_trgm_ops" })]),
  ],
};

describe("the size that is predicted from statistics", () => {
  let postgres: TestPostgres;
  const predicted = new Map<string, number>();
  beforeAll(async () => {
    postgres = await startTestPostgres({
      settings: { autovacuum: "off" },
      hasStatementCounters: false,
    });
    await postgres.query(TABLE);
    await postgres.query("vacuum analyze");
    const candidates = Object.values(KINDS).flat();
    await withTwin(await snapshotOf(postgres.url()), async (twin) => {
      await twin.define(candidates);
      for (const { id } of candidates) predicted.set(id, twin.sizeBytes(id));
    });
  });
  afterAll(() => postgres.stop());

  for (const [kind, candidates] of Object.entries(KINDS)) {
    it(`is within a tenth of the real one, or a page of it, of ${kind}`, async () => {
      const wrong: string[] = [];
      for (const { id, definition } of candidates) {
        const sql = nameless(definition).replace("INDEX ON", `INDEX ${id} ON`);
        await postgres.query(sql);
        const [row] = await postgres.query<{ bytes: number }>(
          `select pg_relation_size('${id}')::float8 as bytes`,
        );
        const ratio = (predicted.get(id) ?? 0) / (row?.bytes ?? 0);
        const pagesOff = Math.abs((predicted.get(id) ?? 0) - (row?.bytes ?? 0)) / 8192;
        if (Math.abs(ratio - 1) > 0.1 && pagesOff > 1) wrong.push(`${ratio.toFixed(3)}: ${sql}`);
      }
      expect(wrong).toEqual([]);
    });
  }
});
