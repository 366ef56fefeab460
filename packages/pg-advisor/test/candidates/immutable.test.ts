import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { isImmutableCast } from "../../src/candidates/immutable-casts.ts";
import { readExpression } from "../../src/candidates/immutable-expression.ts";
import {
  FUNCTIONS_OF_EXTENSIONS,
  IMMUTABLE_FUNCTIONS,
  type ImmutableFunction,
} from "../../src/candidates/immutable-functions.ts";
import type { TypeFamily } from "../../src/candidates/type-family.ts";
import { parseSql } from "../../src/workload/text/parser.ts";

/** A type of each family, with the other types of it that PostgreSQL resolves calls by. */
const TYPES: Readonly<Partial<Record<TypeFamily, readonly string[]>>> = {
  text: ["text", "varchar", "bpchar", "name"],
  number: ["int4", "int8", "numeric", "float8", "int2", "float4"],
  boolean: ["bool"],
  date: ["date"],
  timestamp: ["timestamp"],
  "timestamp with time zone": ["timestamptz"],
  time: ["time"],
  interval: ["interval"],
  uuid: ["uuid"],
  bytes: ["bytea"],
  json: ["json"],
  jsonb: ["jsonb"],
  network: ["inet", "cidr"],
  "text search vector": ["tsvector"],
  array: ["anyarray", "_text"],
};
const EXTENSIONS = ["pg_trgm", "pgcrypto", "fuzzystrmatch"];

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
  for (const name of EXTENSIONS) await postgres.query(`create extension ${name}`);
  const columns = Object.values(TYPES)
    .flat()
    .filter((type) => !/^_|^any/.test(type))
    .map((type) => `${type}_column ${type}`);
  await postgres.query(
    `create type mood as enum ('a'); create table every_type (${columns.join(", ")}, tags text[], feeling mood)`,
  );
});
afterAll(() => postgres?.stop());

interface Procedure extends Record<string, unknown> {
  readonly name: string;
  readonly types: readonly string[];
  readonly volatility: string;
}

function accepts({ takes, atLeast }: ImmutableFunction, types: readonly string[]): boolean {
  if (types.length < atLeast || (types.length > takes.length && takes.length === 1)) return false;
  return types.every((type, index) =>
    (takes[index] ?? takes.at(-1) ?? []).some((family) => (TYPES[family] ?? []).includes(type)),
  );
}

it("every function that counts as immutable is, in the catalogue, for all arguments that are accepted", async () => {
  const extended = [...FUNCTIONS_OF_EXTENSIONS.values()].flatMap((functions) => [...functions]);
  const listed = [...IMMUTABLE_FUNCTIONS, ...extended];
  const procedures = await postgres.query<Procedure>(
    `select p.proname as name, p.provolatile as volatility,
            array(select t.typname::text from unnest(p.proargtypes) with ordinality as a (oid, position)
                  join pg_type t on t.oid = a.oid order by a.position) as types
     from pg_proc p where p.prokind = 'f' and p.proname = any ($1)`,
    [listed.map(([name]) => name)],
  );
  const known = new Set(procedures.map(({ name }) => name));
  // The parser turns these spellings into functions of other names.
  expect(listed.map(([name]) => name).filter((name) => !known.has(name))).toEqual([]);
  for (const [name, signatures] of listed) {
    const changing = procedures.filter((one) => one.name === name && one.volatility !== "i");
    for (const { types } of changing) {
      expect(
        signatures.filter((one) => accepts(one, types)),
        `${name}(${types.join()})`,
      ).toEqual([]);
    }
  }
});

const FAMILIES = Object.keys(TYPES) as TypeFamily[];
const pairs = FAMILIES.flatMap((from) =>
  FAMILIES.filter((into) => from !== into && isImmutableCast(from, into)).map(
    (into) => [from, into] as const,
  ),
);

it.each(pairs)("PostgreSQL lets an index hold a cast from %s to %s", async (from, into) => {
  for (const source of TYPES[from] ?? []) {
    const target = TYPES[into]?.[0] ?? "";
    if (from === "number" && into === "boolean" && source !== "int4") continue;
    const expression = `${source}_column::${target}`;
    const key = into === "json" ? `(${expression}) ->> 'k'` : expression;
    await expect(
      postgres.query(`begin; create index on every_type ((${key})); rollback`),
      expression,
    ).resolves.toBeDefined();
  }
});

describe("an expression", () => {
  const columns: Readonly<Record<string, TypeFamily>> = {
    name: "text",
    at: "timestamp",
    seen: "timestamp with time zone",
    day: "date",
    total: "number",
    doc: "jsonb",
    mood: "enum",
  };
  const outcomeOf = (sql: string, extensions: readonly string[] = []): string => {
    const parsed = parseSql(`select ${sql}`);
    const node = parsed.outcome === "parsed" ? parsed.statements[0]?.node : undefined;
    const target =
      node !== undefined && "SelectStmt" in node ? node.SelectStmt.targetList?.[0] : undefined;
    const value = target !== undefined && "ResTarget" in target ? target.ResTarget.val : undefined;
    const read = readExpression(value, {
      familyOf: (column) => columns[column] ?? null,
      extensions: extensions.map((name) => ({ name, version: "1", schema: "public", usedBy: [] })),
    });
    return read.outcome === "immutable" ? read.family : read.reason;
  };

  it.each([
    ["lower(name)", "text"],
    ["pg_catalog.lower(name)", "text"],
    ["date_trunc('day', at)", "timestamp"],
    ["extract(year from at)", "number"],
    ["(seen at time zone 'UTC')::date", "date"],
    ["doc ->> 'a'", "text"],
    ["(doc ->> 'a')::int + 1", "number"],
    ["doc #>> '{a,b}'", "text"],
    ["coalesce(name, 'none')", "text"],
    ["total * 2 > 10 and name like 'a%'", "boolean"],
    ["name = any (array['a', 'b'])", "boolean"],
    ["to_tsvector('english', name)", "text search vector"],
    ["mood = 'a'", "boolean"],
  ])("%s is immutable and gives %s", (sql, family) => {
    expect(outcomeOf(sql)).toBe(family);
  });

  it.each([
    ["now()", "now is not known"],
    ["current_date", "present time"],
    ["lower(nothing)", "no column nothing"],
    ["seen::date", "depends on settings"],
    ["day::text", "depends on settings"],
    ["mood::text", "depends on settings"],
    ["date_trunc('day', seen)", "not known to be immutable for"],
    ["to_tsvector(name)", "not known to be immutable for"],
    ["seen > day", "not known"],
    ["name || total", "not known"],
    ["public.lower(name)", "public.lower is not known"],
    ["own_function(name)", "not known"],
    ["(select 1)", "other rows"],
    ["similarity(name, 'a')", "not known"],
    ["pg_sleep(1)", "not known"],
  ])("%s is refused: %s", (sql, reason) => {
    expect(outcomeOf(sql)).toContain(reason);
  });

  it("may call what an installed extension adds", () => {
    expect(outcomeOf("similarity(name, 'a')", ["pg_trgm"])).toBe("number");
    expect(outcomeOf("other.similarity(name, 'a')", ["pg_trgm"])).toContain("not known");
  });
});
