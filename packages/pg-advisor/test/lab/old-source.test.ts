import pg from "pg";
import { expect, test } from "vitest";
import { type PostgresMajor, startTestPostgres } from "../../../../test/support/postgres.ts";
import { createLabCopy } from "../../src/lab/copy-lab.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import { testContext } from "../proof/scenario.ts";
import { makeLabFolder, SHARED_FOLDER } from "./lab-folder.ts";

test.each<PostgresMajor>([14, 16])(
  "rows of PostgreSQL %i are copied into a lab of 18",
  async (major) => {
    const postgres = await startTestPostgres({ major });
    const folder = await makeLabFolder();
    try {
      await postgres.query(
        "create table parents (id int primary key, at timestamptz, span interval, price numeric, tags text[])",
      );
      await postgres.query(
        "create table children (id int primary key, parent_id int references parents, rate float8)",
      );
      await postgres.query(
        "insert into parents select i, '2024-02-29 12:00:00.123456+02'::timestamptz + i * interval '1 s', i * interval '1.5 days', i / 7.0, array['a', null, E'b\\\\'] from generate_series(1, 5000) i",
      );
      await postgres.query(
        "insert into children select i, 1 + i % 5000, 1 / (i + 0.1::float8) from generate_series(1, 20000) i",
      );
      await postgres.query("vacuum analyze");
      const snapshot = await readSnapshot(postgres.url());

      const lab = await createLabCopy({
        source: postgres.url(),
        snapshot,
        tables: [
          { schema: "public", name: "parents" },
          { schema: "public", name: "children" },
        ],
        folder: folder.lab,
        sharedFolder: SHARED_FOLDER,
        context: testContext(),
      });

      const sums =
        "select (select md5(string_agg(p::text, '|' order by id)) from parents p) as parents, (select md5(string_agg(c::text, '|' order by id)) from children c) as children";
      const client = new pg.Client({ connectionString: lab.connectionString });
      await client.connect();
      expect((await client.query(sums)).rows).toEqual(await postgres.query(sums));
      const { rows } = await client.query(
        "select count(*)::int as keys from pg_constraint where contype = 'f'",
      );
      expect(rows).toEqual([{ keys: 1 }]);
      await client.end();
      expect(lab.description.serverVersion).toMatch(/^18/);
      await lab.close();
    } finally {
      await folder.remove();
      await postgres.stop();
    }
  },
);
