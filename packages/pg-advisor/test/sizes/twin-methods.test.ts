import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import type { Candidate, IndexMethod } from "../../src/candidates/candidate.ts";
import { indexesUsed } from "../../src/plans/walk-plan.ts";
import { snapshotOf, withTwin } from "../twin-support.ts";

/** Wide rows, so that an index is worth reading. */
const TABLE = `
create extension if not exists pg_trgm;
create extension if not exists btree_gin;
select setseed(0.5);
create table logs as
select i as id, timestamptz '2025-01-01' + i * interval '9 seconds' as at,
       md5(i::text) as code, repeat('-', 200) as filling,
       jsonb_build_object('user', (random() * 8000)::int, 'kind', 'k' || i % 9) as payload,
       array[(random() * 900)::int, (random() * 900)::int] as labels,
       point(random() * 1000, random() * 1000) as place,
       int4range(i, i + 1 + (random() * 40)::int) as span
from generate_series(1, 40000) as i`;

interface MethodCase {
  readonly id: string;
  readonly method: IndexMethod;
  readonly column: string;
  readonly operatorClass?: string;
  readonly options?: readonly string[];
  readonly statement: string;
}

const CASES: readonly MethodCase[] = [
  {
    id: "c_hash",
    method: "hash",
    column: "code",
    statement: "select * from logs where code = 'abc'",
  },
  {
    id: "c_brin",
    method: "brin",
    column: "at",
    options: ["pages_per_range=16"],
    statement: "select * from logs where at between '2025-01-02' and '2025-01-02 01:00'",
  },
  {
    id: "c_gin",
    method: "gin",
    column: "payload",
    statement: `select * from logs where payload @> '{"user": 17}'`,
  },
  {
    id: "c_gin_path",
    method: "gin",
    column: "payload",
    operatorClass: "jsonb_path_ops",
    statement: `select * from logs where payload @> '{"user": 17}'`,
  },
  {
    id: "c_gin_array",
    method: "gin",
    column: "labels",
    statement: "select * from logs where labels @> array[3, 4]",
  },
  {
    id: "c_gin_trigrams",
    method: "gin",
    column: "code",
    operatorClass: "gin_trgm_ops",
    statement: "select * from logs where code like '%abcdef0%'",
  },
  {
    id: "c_gist",
    method: "gist",
    column: "place",
    statement: "select * from logs where place <@ box '((1,1),(9,9))'",
  },
  {
    id: "c_gist_range",
    method: "gist",
    column: "span",
    statement: "select * from logs where span @> 777",
  },
];

function candidateOf({ id, method, column, operatorClass, options }: MethodCase): Candidate {
  return {
    id,
    definition: {
      table: { schema: "public", name: "logs" },
      method,
      keys: [
        {
          column,
          expression: null,
          operatorClass: operatorClass ?? null,
          direction: "asc",
          nulls: "last",
        },
      ],
      include: [],
      predicate: null,
      options: options ?? [],
    },
    fingerprints: [],
    origin: "a test",
  };
}

function createSql({ id, method, column, operatorClass = "", options = [] }: MethodCase): string {
  const withOptions = options.length === 0 ? "" : `with (${options.join(", ")})`;
  return `create index ${id} on logs using ${method} (${column} ${operatorClass}) ${withOptions}`;
}

async function realCost(postgres: TestPostgres, statement: string): Promise<number> {
  const [plan] = await postgres.query<{ "QUERY PLAN": [{ Plan: { "Total Cost": number } }] }>(
    `explain (format json) ${statement}`,
  );
  return plan?.["QUERY PLAN"][0].Plan["Total Cost"] ?? 0;
}

interface Planned {
  readonly id: string;
  readonly uses: readonly string[];
  readonly cost: number;
  readonly bytes: number;
}

describe("a candidate of another method than a B-tree", () => {
  let postgres: TestPostgres;
  let planned: readonly Planned[];
  const real = new Map<string, { readonly cost: number; readonly bytes: number }>();

  beforeAll(async () => {
    postgres = await startTestPostgres({
      settings: { autovacuum: "off" },
      hasStatementCounters: false,
    });
    await postgres.query(TABLE);
    await postgres.query("vacuum analyze");
    planned = await withTwin(await snapshotOf(postgres.url()), async (twin) => {
      await twin.define(CASES.map(candidateOf));
      expect(twin.skipped.filter(({ object }) => object.startsWith("candidate"))).toEqual([]);
      const plans: Planned[] = [];
      for (const { id, statement } of CASES) {
        const plan = await twin.plan(statement, "generic", { present: [id], absent: [] });
        plans.push({
          id,
          uses: indexesUsed(plan).map(({ name }) => name),
          cost: plan.totalCost,
          bytes: twin.sizeBytes(id),
        });
      }
      return plans;
    });
    for (const definition of CASES) {
      const { id, statement } = definition;
      await postgres.query(createSql(definition));
      const [size] = await postgres.query<{ bytes: number }>(
        `select pg_relation_size('${id}')::float8 as bytes`,
      );
      real.set(id, { cost: await realCost(postgres, statement), bytes: size?.bytes ?? 0 });
      await postgres.query(`drop index ${id}`);
    }
  });
  afterAll(() => postgres.stop());

  it("is made on the twin, and plans use it", () => {
    expect(planned.map(({ id, uses }) => [id, uses])).toEqual(CASES.map(({ id }) => [id, [id]]));
  });

  it("costs what the real index costs, within five per cent", () => {
    const ratios = planned.map(({ id, cost }) => [id, cost / (real.get(id)?.cost ?? 0)] as const);
    expect(ratios.filter(([, ratio]) => Math.abs(ratio - 1) > 0.05)).toEqual([]);
  });

  it("has the size of the real index, within fifteen per cent", () => {
    const ratios = planned.map(
      ({ id, bytes }) => [id, bytes / (real.get(id)?.bytes ?? 0)] as const,
    );
    expect(ratios.filter(([, ratio]) => Math.abs(ratio - 1) > 0.15)).toEqual([]);
  });

  it("costs on the twin what it costs where it exists, within five per cent", async () => {
    for (const definition of CASES) await postgres.query(createSql(definition));
    await postgres.query("vacuum analyze");
    const costs = new Map<string, number>();
    for (const { id, statement } of CASES) costs.set(id, await realCost(postgres, statement));
    const ratios = await withTwin(await snapshotOf(postgres.url()), async (twin) => {
      const found: [string, number][] = [];
      for (const { id, statement } of CASES) {
        const plan = await twin.plan(statement, "generic", { present: [], absent: [] });
        found.push([id, plan.totalCost / (costs.get(id) ?? 0)]);
      }
      return found;
    });
    expect(ratios.filter(([, ratio]) => Math.abs(ratio - 1) > 0.05)).toEqual([]);
  });
});
