import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { createLabCopy } from "../../src/lab/copy-lab.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import { testContext } from "../proof/scenario.ts";
import { writeSpatialExtension } from "../twin/spatial-extension.ts";
import { type LabFolder, makeLabFolder, SHARED_FOLDER } from "./lab-folder.ts";

let folder: LabFolder;
let postgres: TestPostgres;

beforeAll(async () => {
  folder = await makeLabFolder();
  const settings = await writeSpatialExtension(join(folder.lab, ".."));
  postgres = await startTestPostgres({ settings });
  for (const statement of [
    "create extension spatial",
    "create table places (id int primary key, area shape)",
    "insert into places select i, ('shape ' || i)::shape from generate_series(1, 100) as i",
    "create table visits (id int primary key, place_id int references places)",
    "insert into visits select i, i from generate_series(1, 100) as i",
    "analyze",
  ])
    await postgres.query(statement);
});
afterAll(async () => {
  await postgres.stop();
  await folder.remove();
});

test("a table of a type that the lab cannot make is left out with the reason, and the others are copied", async () => {
  const lab = await createLabCopy({
    source: postgres.url(),
    snapshot: await readSnapshot(postgres.url()),
    tables: [
      { schema: "public", name: "places" },
      { schema: "public", name: "visits" },
    ],
    folder: folder.lab,
    sharedFolder: SHARED_FOLDER,
    context: testContext(),
  });
  try {
    expect(lab.description.tables).toEqual([{ table: "public.visits", rows: 100, share: 1 }]);
    expect(lab.skipped.map(({ object }) => object)).toContain("table public.places");
    const client = new pg.Client({ connectionString: lab.connectionString });
    await client.connect();
    const { rows } = await client.query("select count(*)::int as rows from visits");
    await client.end();
    expect(rows).toEqual([{ rows: 100 }]);
  } finally {
    await lab.close();
  }
});
