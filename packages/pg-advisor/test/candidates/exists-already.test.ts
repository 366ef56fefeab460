import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import type { IndexDefinition } from "../../src/candidates/candidate.ts";
import { definitionBody } from "../../src/candidates/definition-sql.ts";
import { generateCandidates } from "../../src/candidates/generate-candidates.ts";
import { quoteIdentifier } from "../../src/schema/identifiers.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { given, type Known, workloadOf } from "./workload-of.ts";

const SCHEMA_NAMES = ["plain", "Mixed Case", 'quo"ted', "select"];
const COLUMN_NAMES = ["user_id", "Status", 'a"b', "order", "büro", "at time", "e mail", "p.q"];

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres({ settings: { autovacuum: "off" } });
});
afterAll(() => postgres?.stop());

/** A table with columns of seven types under odd names, and statements that ask for all kinds of index. */
interface World {
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly string[];
  readonly unique: boolean;
  readonly seed: number;
}

const world: fc.Arbitrary<World> = fc.record({
  schema: fc.constantFrom(...SCHEMA_NAMES),
  table: fc.constantFrom("t", "Odd Table", 'x"y', "user"),
  columns: fc.shuffledSubarray(COLUMN_NAMES, { minLength: 8, maxLength: 8 }),
  unique: fc.boolean(),
  seed: fc.integer(),
});

function names({ schema, table, columns }: World): {
  readonly table: string;
  readonly columns: readonly string[];
} {
  return {
    table: `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`,
    columns: columns.map(quoteIdentifier),
  };
}

async function make(one: World): Promise<void> {
  const { table, columns } = names(one);
  const [a, b, c, d, e, f, g, h] = columns;
  await postgres.query(`
    drop schema if exists ${quoteIdentifier(one.schema)} cascade;
    create schema ${quoteIdentifier(one.schema)};
    create table ${table} (${a} int ${one.unique ? "primary key" : ""}, ${b} int, ${c} text, ${d} timestamp, ${e} jsonb, ${f} text[], ${g} boolean, ${h} varchar(90));
    insert into ${table} select g, g % 90, case when g % 30 = 0 then 'rare' else 'often' end, '2024-01-01'::timestamp + g * interval '1 hour', jsonb_build_object('k', g), array['t' || g],
      g % 20 = 0, repeat('long', 15) || g from generate_series(1, 1500) g;`);
  await postgres.query("vacuum (freeze)");
  await postgres.query("vacuum (freeze, analyze)");
}

function workloadFor(one: World): readonly Known[] {
  const { table, columns } = names(one);
  const [a, b, c, d, e, f, g, h] = columns;
  const values = given(["rare", "1"], ["rare", "2"]);
  const texts: readonly (string | Known)[] = [
    `select ${a} from ${table} where ${b} = $1 order by ${d} desc limit 5`,
    { text: `select ${a}, ${b} from ${table} where ${c} = $1 and ${b} = $2`, samples: values },
    {
      text: `select * from ${table} where ${e} ->> $1 = $2`,
      samples: given(["k", "1"], ["k", "2"]),
    },
    `select * from ${table} where lower(${h}) = $1 and ${g}`,
    `select * from ${table} where ${e} @> $1 or ${a} = $2`,
    `select * from ${table} where ${e} @> $1`,
    `select * from ${table} where ${f} && $1 and ${d}::date > $2`,
    `select * from ${table} x where x.${h} = $1`,
    `select count(*) from ${table} where ${d} between $1 and $2 group by ${b}, ${c}`,
    `select * from ${table} where ${h} like 'long%' and ${d} is null`,
  ];
  return texts.map((text) => ({ calls: 50, ...(typeof text === "string" ? { text } : text) }));
}

/** The same index under another name, written otherwise: B-trees backwards, included columns in another order, blanks and brackets. */
function rewritten(
  definition: IndexDefinition,
  { table }: ReturnType<typeof names>,
  name: string,
): string {
  const turned = definition.keys.map((key) => ({
    ...key,
    direction: key.direction === "asc" ? ("desc" as const) : ("asc" as const),
    nulls: key.nulls === "first" ? ("last" as const) : ("first" as const),
  }));
  const other: IndexDefinition = {
    ...definition,
    keys: definition.method === "btree" ? turned : definition.keys,
    include: definition.include.toReversed(),
    predicate: definition.predicate === null ? null : `(( ${definition.predicate} ))`,
  };
  return `create index ${quoteIdentifier(name)} on only ${table} using ${definitionBody(other)}`;
}

function bodiesOf(one: World, snapshot: Snapshot): readonly string[] {
  const { candidates } = generateCandidates(workloadOf(workloadFor(one)), snapshot, {
    smallTablePages: 0,
  });
  return candidates.map(({ definition }) => definitionBody(definition));
}

it("no candidate exists already under another name, quoting or order", async () => {
  await fc.assert(
    fc.asyncProperty(world, async (one) => {
      await make(one);
      const before = await readSnapshot(postgres.url(), { needsStatements: false });
      const { candidates } = generateCandidates(workloadOf(workloadFor(one)), before, {
        smallTablePages: 0,
      });
      const methods = new Set(candidates.map(({ definition }) => definition.method));
      expect([...methods].toSorted()).toEqual(["btree", "gin", "hash"]);
      expect(candidates.some(({ definition }) => definition.predicate !== null)).toBe(true);
      expect(candidates.some(({ definition }) => definition.include.length > 0)).toBe(true);
      const half = candidates.filter((_, index) => (index + one.seed) % 2 === 0);
      const made = half.map(({ definition }, index) =>
        rewritten(definition, names(one), `Own "${index}"`),
      );
      await postgres.query(made.join(";"));
      const after = bodiesOf(one, await readSnapshot(postgres.url(), { needsStatements: false }));
      const there = new Set(half.map(({ definition }) => definitionBody(definition)));
      expect(after.filter((body) => there.has(body))).toEqual([]);
      const stillOpen = candidates
        .map(({ definition }) => definitionBody(definition))
        .filter((body) => !there.has(body));
      for (const body of after) expect(stillOpen).toContain(body);
    }),
    { numRuns: 4, seed: 6 },
  );
}, 120_000);
