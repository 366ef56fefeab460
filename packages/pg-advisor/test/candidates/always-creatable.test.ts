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
`;
const COLUMNS =
  '"Id" n t v c "B" d ts iv u j jb x p bx ia ja ip by e pr doc mail r vec tq m o xid8 bits g gv jp ln mac'.split(
    " ",
  );

let postgres: TestPostgres;
let snapshot: Snapshot;
beforeAll(async () => {
  postgres = await startTestPostgres();
  await postgres.query(SCHEMA);
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
    return `select * from "Every Type" e where ${conditions.join(" and ")}${sorted} limit 5`;
  });

it("every candidate can be created, whatever the statement and the types", async () => {
  const texts = fc.sample(statement, { numRuns: 400, seed: 11 });
  const { candidates } = generateCandidates(workloadOf(texts), snapshot, { smallTablePages: -1 });
  expect(candidates.length).toBeGreaterThan(500);
  const distinct = [...new Set(candidates.map(({ definition }) => nameless(definition)))];
  expect(distinct).toHaveLength(candidates.length);
  for (let start = 0; start < distinct.length; start += 100) {
    await postgres.query(`begin; ${distinct.slice(start, start + 100).join("; ")}; rollback`);
  }
});
