import { readFile } from "node:fs/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type PostgresMajor,
  startTestPostgres,
  type TestPostgres,
} from "../../../../test/support/postgres.ts";
import { applySchema } from "../../src/schema/apply-schema.ts";
import { renderSchema } from "../../src/schema/render-schema.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { everyFeature } from "./every-feature.ts";

let target: TestPostgres;

beforeAll(async () => {
  target = await startTestPostgres();
});
afterAll(() => target.stop());

const EXTENSIONS = ["btree_gist", "citext", "hstore", "pg_trgm"];

/** Rebuilds a snapshot in a new database of the target and reads that. */
async function rebuild(snapshot: Snapshot, database: string) {
  const url = await target.createDatabase(database);
  const script = renderSchema(snapshot, { withDefaults: true, availableExtensions: EXTENSIONS });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { skipped } = await applySchema(client, script);
    const made = skipped.filter(({ object }) => object !== "extension pg_stat_statements");
    return { skipped: made, snapshot: await readSnapshot(url) };
  } finally {
    await client.end();
  }
}

/** The parts of a snapshot that say what the schema is, without what a server counts or numbers. */
function schemaOf(snapshot: Snapshot) {
  return {
    extensions: snapshot.extensions.map(({ version: _version, ...extension }) => extension),
    types: snapshot.types,
    collations: snapshot.collations,
    functions: snapshot.functions,
    sequences: snapshot.sequences,
    relations: snapshot.relations.map((relation) => ({
      ...relation,
      ...{ oid: 0, pages: 0, rows: 0, sizeBytes: 0, allFrozenPages: 0, usage: {} },
    })),
    indexes: snapshot.indexes.map((index) => ({
      ...index,
      ...{ oid: 0, pages: 0, rows: 0, sizeBytes: 0 },
    })),
    constraints: snapshot.constraints,
    extendedStatistics: snapshot.extendedStatistics,
  };
}

/** From 16 on, pg_get_viewdef leaves out a table's name where there is only one. */
function withoutViewTexts(schema: ReturnType<typeof schemaOf>) {
  return {
    ...schema,
    relations: schema.relations.map((relation) => ({ ...relation, definition: null })),
  };
}

test.each<PostgresMajor>([14, 15, 16, 17])(
  "a schema with every feature of %i stands again on 18",
  async (major) => {
    const source = await startTestPostgres({ major });
    try {
      await source.query(everyFeature(major));
      const original = await readSnapshot(source.url());
      const rebuilt = await rebuild(original, `from_${major}`);
      expect(rebuilt.skipped).toEqual([]);
      expect(withoutViewTexts(schemaOf(rebuilt.snapshot))).toEqual(
        withoutViewTexts(schemaOf(original)),
      );
    } finally {
      await source.stop();
    }
  },
);

test("a schema with every feature of 18 stands again on 18, to the last letter", async () => {
  const url = await target.createDatabase("source_18");
  await target.query(everyFeature(18), undefined, "source_18");
  const original = await readSnapshot(url);
  const rebuilt = await rebuild(original, "from_18");
  expect(rebuilt.skipped).toEqual([]);
  expect(schemaOf(rebuilt.snapshot)).toEqual(schemaOf(original));
});

test("the media catalogue stands again on 18", async () => {
  const folder = new URL("../../../../examples/media/src/database/", import.meta.url);
  const url = await target.createDatabase("media");
  for (const file of ["schema.sql", "foreign-keys.sql"]) {
    await target.query(await readFile(new URL(file, folder), "utf8"), undefined, "media");
  }
  const original = await readSnapshot(url);
  expect(original.relations.length).toBeGreaterThan(5);
  const rebuilt = await rebuild(original, "media_again");
  expect(rebuilt.skipped).toEqual([]);
  expect(schemaOf(rebuilt.snapshot)).toEqual(schemaOf(original));
});

test("a snapshot survives JSON", async () => {
  const snapshot = await readSnapshot(target.url());
  expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
});
