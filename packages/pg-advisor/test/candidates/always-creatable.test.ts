import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { nameless } from "../../src/candidates/definition-sql.ts";
import { generateCandidates } from "../../src/candidates/generate-candidates.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { workloadOf } from "./workload-of.ts";

const SCHEMA = `
create type colour as enum ('red', 'blue');
create type pair as (a int, b int);
create domain document as json;
create domain email as text check (value like '%@%');
create table "Every Type" (
  "Id" bigint primary key, n numeric, t text, v varchar(20), c char(3), "B" boolean, d date, ts timestamptz, iv interval, u uuid,
  j json, jb jsonb, x xml, p point, bx box, ia int[], ja json[], ip inet, by bytea, e colour, pr pair, doc document, mail email,
  r int4range, vec tsvector, tq tsquery, m money, o oid, xid8 xid8, bits bit(3), g numeric generated always as (n * 2) stored, gv numeric generated always as (n * 2) virtual,
  jp jsonpath, ln pg_lsn, mac macaddr);
create table other (id int, t text, ts timestamptz);
create extension pg_trgm;
create extension btree_gin;
insert into "Every Type" ("Id", n, t, v, "B", d, ts, jb, ia, vec, r, ip, mail, j)
  select g, case when g % 4 > 0 then 7 else g end, repeat('t', 60) || g, 'v' || g % 3, g % 5 = 0, '2024-01-01'::date + g / 20, case when g % 3 = 0 then now() end,
    jsonb_build_object('k', g), array[g % 7, g], to_tsvector('simple', 'word' || g), int4range(g, g + 5), '10.0.0.1', 'a' || g || '@b', '{"k": 1}'
  from generate_series(1, 3000) g;
`;
const COLUMNS =
  '"Id" n t v c "B" d ts iv u j jb x p bx ia ja ip by e pr doc mail r vec tq m o xid8 bits g gv jp ln mac'.split(
    " ",
  );

let postgres: TestPostgres;
let snapshot: Snapshot;
beforeAll(async () => {
  postgres = await startTestPostgres({ settings: { autovacuum: "off" } });
  await postgres.query(SCHEMA);
  await postgres.query("vacuum (freeze, analyze)");
  await postgres.query("vacuum (freeze)");
  snapshot = await readSnapshot(postgres.url(), { needsStatements: false });
});
afterAll(() => postgres?.stop());

const column = fc.constantFrom(...COLUMNS).map((name) => `e.${name}`);
const condition = fc.oneof(
  fc
    .tuple(column, fc.constantFrom("=", "<", ">=", "like"))
    .map(([name, operator]) => `${name} ${operator} $1`),
  column.map((name) => `${name} is null`),
  column.map((name) => `${name} in ($1, $2)`),
  column.map((name) => `${name} between $1 and $2`),
  column.map((name) => `${name} = any($1)`),
  column.map((name) => `exists (select 1 from other o where o.t = ${name} and o.ts > $3)`),
  fc.tuple(column, column).map(([one, other]) => `(${one} = $1 or ${other} < $2)`),
  fc
    .tuple(column, fc.constantFrom(..."<> @> <@ && ? ?| @@ @? ilike ~ % << >> @> &&".split(" ")))
    .map(([name, operator]) => `${name} ${operator} $1`),
  column.map((name) => `$1 = any(${name})`),
  column.map((name) => `${name} is not null`),
  fc
    .tuple(column, fc.constantFrom("lower", "date", "length", "abs"))
    .map(([name, call]) => `${call}(${name}) = $1`),
  column.map((name) => `${name} ->> 'k' = $1`),
  column.map((name) => `${name}::date >= $1`),
  column.map((name) => `${name}::text like $1`),
  column.map((name) => `to_tsvector('simple', ${name}) @@ to_tsquery($1)`),
);
const direction = fc.constantFrom("", " desc", " nulls first", " desc nulls last");
const statement = fc
  .tuple(
    fc.array(condition, { minLength: 1, maxLength: 4 }),
    fc.array(fc.tuple(column, direction), { maxLength: 3 }),
  )
  .map(([conditions, order]) => {
    const sorted =
      order.length === 0
        ? ""
        : ` order by ${order.map(([name, way]) => `${name}${way}`).join(", ")}`;
    return `select ${conditions.length % 2 === 0 ? "*" : 'e."Id", e.v'} from "Every Type" e where ${conditions.join(" and ")}${sorted} limit 5`;
  });

it("every candidate can be created, whatever the statement and the types", async () => {
  const texts = fc.sample(statement, { numRuns: 300, seed: 11 });
  const { candidates } = generateCandidates(workloadOf(texts), snapshot, {
    smallTablePages: -1,
    candidatesPerTable: Number.POSITIVE_INFINITY,
  });
  expect(candidates.length).toBeGreaterThan(1_000);
  const methods = new Set(candidates.map(({ definition }) => definition.method));
  expect([...methods].toSorted()).toEqual(["btree", "gin", "gist", "hash"]);
  const distinct = [...new Set(candidates.map(({ definition }) => nameless(definition)))];
  expect(distinct).toHaveLength(candidates.length);
  for (let start = 0; start < distinct.length; start += 100) {
    await postgres.query(`begin; ${distinct.slice(start, start + 100).join("; ")}; rollback`);
  }
});
