import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { createTwin, type Snapshot, type Twin } from "@streamgate/pg-advisor";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createManyTables } from "../../../test/support/many-tables.ts";
import { startTestPostgres, type TestPostgres } from "../../../test/support/postgres.ts";
import {
  compareOnTwin,
  describeDifferences,
  fidelityOf,
} from "../../../test/support/twin-fidelity.ts";
import { planShape } from "../src/plans/plan-shape.ts";
import { indexesUsed } from "../src/plans/walk-plan.ts";
import { candidate, quietContext, snapshotOf, temporaryFolder, withTwin } from "./twin-support.ts";

const AS_IT_IS = { present: [], absent: [] };
const WITHOUT_VALUES = { values: [], weight: 1, origin: "given" } as const;

describe("a twin", () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startTestPostgres({
      settings: { autovacuum: "off" },
      hasStatementCounters: false,
    });
  });
  afterAll(() => postgres.stop());

  /** A database of its own with this in it, and its snapshot. */
  async function databaseWith(
    name: string,
    sql: string,
  ): Promise<{ url: string; snapshot: Snapshot }> {
    const url = await postgres.createDatabase(name);
    await postgres.query(sql, undefined, name);
    return { url, snapshot: await snapshotOf(url) };
  }

  async function indexesOf(
    twin: Twin,
    text: string,
    present: readonly string[],
  ): Promise<string[]> {
    const plan = await twin.plan(text, WITHOUT_VALUES, { present, absent: [] });
    return indexesUsed(plan).map(({ name }) => name);
  }

  it("of 500 tables is made within seconds, and plans on the last as on the first", async () => {
    const url = await postgres.createDatabase("many");
    await createManyTables(postgres, 500, "many");
    const snapshot = await snapshotOf(url);
    await withTwin(snapshot, async (twin) => {
      expect(twin.skipped).toEqual([]);
      const statements = [1, 250, 500].flatMap((number) => [
        `select * from table_${number} where lower(name) = 'name 7'`,
        `select * from table_${number} where owner_id = 7 order by created_at limit 3`,
        `select kind, count(*) from table_${number} group by kind`,
      ]);
      const comparisons = await compareOnTwin(url, twin, statements);
      expect(describeDifferences(comparisons)).toBe("");
    });
  });

  it("keeps names in capitals, with spaces, quotes and letters of any script", async () => {
    const { url, snapshot } = await databaseWith(
      "names",
      `create schema "Größe ""x""";
       create table "Größe ""x"""."Order" as
         select i as "Id", i % 20 as "select", 'π' || i as "naïve name" from generate_series(1, 5000) as i;
       create index "Idx π" on "Größe ""x"""."Order" ("select");
       analyze`,
    );
    await withTwin(snapshot, async (twin) => {
      const table = `"Größe ""x"""."Order"`;
      const comparisons = await compareOnTwin(url, twin, [
        `select * from ${table} where "select" = 3`,
        `select "naïve name" from ${table} where "Id" = 3`,
      ]);
      expect(describeDifferences(comparisons)).toBe("");
      const wanted = candidate('Cand "1"', "Order", ["Id", "naïve name"], {
        table: { schema: 'Größe "x"', name: "Order" },
      });
      await twin.define([wanted]);
      expect(await indexesOf(twin, `select * from ${table} where "Id" = 3`, [wanted.id])).toEqual([
        wanted.id,
      ]);
    });
  });

  it("prunes partitions, and takes candidates on their parent", async () => {
    await databaseWith(
      "parts",
      `create table events (id bigint, user_id int, at date) partition by range (at);
       create table events_1 partition of events for values from ('2025-01-01') to ('2025-02-01');
       create table events_2 partition of events for values from ('2025-02-01') to ('2025-03-01');
       create table events_rest partition of events default partition by hash (id);
       create table events_rest_0 partition of events_rest for values with (modulus 2, remainder 0);
       create table events_rest_1 partition of events_rest for values with (modulus 2, remainder 1);
       create index on events_1 (user_id);
       insert into events select i, i % 500, date '2025-01-01' + i / 17 % 100 from generate_series(1, 40000) as i;
       analyze`,
    );
    const url = postgres.url("parts");
    await withTwin(await snapshotOf(url), async (twin) => {
      const statements = [
        "select * from events where at = '2025-01-15'",
        "select * from events where user_id = 7 and at >= '2025-01-10' and at < '2025-02-10'",
        "select count(*) from events where id = 17",
        "select user_id, count(*) from events group by user_id",
      ];
      const comparisons = await compareOnTwin(url, twin, statements);
      expect(describeDifferences(comparisons)).toBe("");
      await twin.define([candidate("by_user", "events", ["user_id", "at"])]);
      const text = "select * from events where user_id = 7 and at = '2025-02-15'";
      expect(await indexesOf(twin, text, ["by_user"])).toEqual(["events_2_user_id_at_idx"]);
      expect(await indexesOf(twin, text, [])).toEqual([]);
      expect(twin.sizeBytes("by_user")).toBeGreaterThan(40_000 * 10);
      await postgres.query("create index by_user on events (user_id, at)", undefined, "parts");
      const withIndex = await compareOnTwin(url, twin, [...statements, text], {
        present: ["by_user"],
        absent: [],
      });
      expect(describeDifferences(withIndex.filter(({ hasSameRows }) => !hasSameRows))).toBe("");
    });
  });

  it("adopts no index of the watched database as its candidate's own", async () => {
    const { snapshot } = await databaseWith(
      "adopted",
      `create table logs (id int, owner int) partition by hash (id);
       create table logs_0 partition of logs for values with (modulus 2, remainder 0);
       create table logs_1 partition of logs for values with (modulus 2, remainder 1);
       create index logs_0_owner on logs_0 (owner);
       insert into logs select i, i % 3000 from generate_series(1, 30000) as i;
       analyze`,
    );
    await withTwin(snapshot, async (twin) => {
      await twin.define([candidate("logs_owner", "logs", ["owner"])]);
      const text = "select * from logs where owner = 5";
      expect(await indexesOf(twin, text, [])).toEqual(["logs_0_owner"]);
      expect(await indexesOf(twin, text, ["logs_owner"])).toEqual([
        "logs_0_owner",
        "logs_1_owner_idx",
      ]);
    });
  });

  it("expects as many rows of a table that was never analysed", async () => {
    const { url, snapshot } = await databaseWith(
      "fresh",
      `create table never_analysed (id int primary key, note text, at timestamptz);
       insert into never_analysed select i, 'note ' || i, now() from generate_series(1, 9000) as i`,
    );
    expect(snapshot.relations[0]?.rows).toBe(-1);
    await withTwin(snapshot, async (twin) => {
      const comparisons = await compareOnTwin(url, twin, [
        "select * from never_analysed",
        "select * from never_analysed where id = 4",
        "select * from never_analysed where note > 'note 5' order by at",
      ]);
      expect(fidelityOf(comparisons).sameShapeAndRows).toBe(1);
      await twin.define([candidate("fresh_note", "never_analysed", ["note"])]);
      expect(twin.sizeBytes("fresh_note")).toBeGreaterThan(9000 * 20);
    });
  });

  it("knows expression and partial indexes, and what was counted of columns together", async () => {
    const { url, snapshot } = await databaseWith(
      "special",
      `create type mood as enum ('good', 'bad');
       create table people as
         select i as id, 'Name ' || i % 3000 as name, i % 40 as city, i % 40 / 4 as country,
                (array['good', 'bad'])[1 + i % 2]::mood as mood, array[i % 7, i % 11] as tags,
                int4range(i, i + i % 9) as span, i % 50 = 0 as is_rare
         from generate_series(1, 30000) as i;
       alter table people drop column id;
       create index people_lower on people (lower(name));
       create index people_rare on people (city) where is_rare;
       create index people_tags on people using gin (tags);
       create statistics people_places (ndistinct, dependencies, mcv) on city, country from people;
       create statistics people_moods (mcv, dependencies) on mood, city from people;
       analyze people`,
    );
    await withTwin(snapshot, async (twin) => {
      expect(twin.skipped).toEqual([]);
      const comparisons = await compareOnTwin(url, twin, [
        "select * from people where lower(name) = 'name 5'",
        "select * from people where is_rare and city = 7",
        "select * from people where city = 8 and country = 2",
        "select city, country, count(*) from people group by city, country",
        "select * from people where tags @> '{3}'",
        "select * from people where span && int4range(100, 200)",
        "select * from people where mood = 'bad' and name like 'Name 1%'",
      ]);
      expect(describeDifferences(comparisons.filter(({ hasSameRows }) => !hasSameRows))).toBe("");
    });
  });

  it("of a table of terabytes plans with its size and needs no space", async () => {
    const { snapshot } = await databaseWith(
      "huge",
      `create table huge as select i as id, i % 1000 as owner from generate_series(1, 2000) as i;
       create index huge_owner on huge (owner);
       analyze huge`,
    );
    const sizeBytes = 2.5 * 1024 ** 3;
    const pages = sizeBytes / 8192;
    const grown: Snapshot = {
      ...snapshot,
      relations: snapshot.relations.map((table) => ({ ...table, pages, sizeBytes, rows: 70e6 })),
      indexes: snapshot.indexes.map((index) => ({
        ...index,
        pages: pages / 2,
        sizeBytes: sizeBytes / 2,
        rows: 70e6,
      })),
    };
    await withTwin(grown, async (twin) => {
      const whole = await twin.plan("select * from huge", "generic", AS_IT_IS);
      expect(whole.rows).toBe(70_000_000);
      expect(whole.totalCost).toBeGreaterThan(pages);
      await twin.define([candidate("huge_id", "huge", ["id"])]);
      expect(twin.sizeBytes("huge_id")).toBeGreaterThan(1024 ** 3);
      const again = await twin.plan("select * from huge", "generic", AS_IT_IS);
      expect(again.totalCost).toBe(whole.totalCost);
      expect(await indexesOf(twin, "select * from huge where id = 5", ["huge_id"])).toEqual([
        "huge_id",
      ]);
    });
  });

  it("takes candidates again and again, and forgets none", async () => {
    const { snapshot } = await databaseWith(
      "again",
      `create table things as select i as id, i % 2000 as a, i % 3000 as b from generate_series(1, 30000) as i;
       create index things_b on things (b);
       analyze things`,
    );
    await withTwin(snapshot, async (twin) => {
      const [first, second] = [candidate("c1", "things", ["a"]), candidate("c2", "things", ["id"])];
      await twin.define([first]);
      await twin.define([first, second]);
      expect(await indexesOf(twin, "select * from things where a = 1", ["c1", "c2"])).toEqual([
        "c1",
      ]);
      expect(await indexesOf(twin, "select * from things where id = 1", ["c1", "c2"])).toEqual([
        "c2",
      ]);
      expect(await indexesOf(twin, "select * from things where id = 1", ["c1"])).toEqual([]);
      const withoutB = { present: [], absent: [{ schema: "public", name: "things_b" }] };
      const text = "select * from things where b = 1";
      expect(planShape(await twin.plan(text, "generic", withoutB))).toBe(
        "Seq Scan on public.things",
      );
      expect(indexesUsed(await twin.plan(text, "generic", AS_IT_IS))).toHaveLength(1);
    });
  });

  it("gives a statement that cannot be planned its error, and the others their plan", async () => {
    const { snapshot } = await databaseWith(
      "errors",
      "create table t (id int primary key, a text)",
    );
    await withTwin(snapshot, async (twin) => {
      const given = (...values: (string | null)[]) =>
        ({ values, weight: 1, origin: "given" }) as const;
      const answers = await twin.planMany(
        [
          { text: "select * from t where id = $1", sample: given("1") },
          { text: "select * from nowhere", sample: "generic" },
          { text: "select * from t where id = $1", sample: given("one") },
          { text: "select * from t; drop table t", sample: "generic" },
          { text: "select * from t where id = $1 limit $2", sample: given("1") },
          { text: "select * from t where id = $1 limit $2", sample: "generic" },
          { text: "update t set a = $1 where id = $2", sample: given(null, "3") },
        ],
        AS_IT_IS,
      );
      expect(
        answers.map((answer) => (answer instanceof Error ? answer.message : "a plan")),
      ).toEqual([
        "a plan",
        expect.stringContaining('relation "nowhere" does not exist'),
        expect.stringContaining("invalid input syntax for type integer"),
        expect.stringContaining("2 statements"),
        expect.stringContaining("no value for $2"),
        "a plan",
        "a plan",
      ]);
    });
  });

  it("tells the types of a statement's parameters", async () => {
    const { snapshot } = await databaseWith(
      "types",
      `create table t (id bigint, code char(3), tags text[], at timestamp, bits bit(4))`,
    );
    await withTwin(snapshot, async (twin) => {
      const text =
        "select * from t where id = $1 and code = $2 and tags = $3 and at < $4 and bits = $5 limit $6";
      expect(await twin.parameterTypes(text)).toEqual([
        "bigint",
        "bpchar",
        "text[]",
        "timestamp without time zone",
        '"bit"',
        "bigint",
      ]);
      const values = ["1", "abc", "{a,b}", "2025-01-01", "0101", "5"];
      const plan = await twin.plan(text, { values, weight: 1, origin: "given" }, AS_IT_IS);
      expect(plan.children[0]?.filter).toContain("'abc'::bpchar");
      await expect(twin.parameterTypes("select * from nowhere where id = $1")).rejects.toThrow(
        "nowhere",
      );
    });
  });

  it("lists a candidate that cannot be made, and refuses worlds with it", async () => {
    const { snapshot } = await databaseWith("unmade", "create table t (id int, doc json)");
    await withTwin(snapshot, async (twin) => {
      await twin.define([candidate("good", "t", ["id"]), candidate("bad", "t", ["doc"])]);
      expect(twin.skipped).toEqual([
        { object: "candidate bad", reason: expect.stringContaining("no default operator class") },
      ]);
      expect(twin.sizeBytes("good")).toBeGreaterThan(0);
      expect(() => twin.sizeBytes("bad")).toThrow("no default operator class");
      await expect(twin.planMany([], { present: ["bad"], absent: [] })).rejects.toMatchObject({
        code: "SG_PG_CANDIDATE_UNKNOWN",
      });
    });
  });

  it("runs nothing of the watched database's own with the rights of its server", async () => {
    const { snapshot } = await databaseWith(
      "hostile",
      `create function looks_constant(int) returns text immutable language plpgsql as
         $$ begin return current_setting('is_superuser') || ' ' || session_user; end $$;
       create table t (id int, note text)`,
    );
    await withTwin(snapshot, async (twin) => {
      const plan = await twin.plan(
        "select * from t where note = looks_constant(1)",
        "generic",
        AS_IT_IS,
      );
      expect(plan.filter).toContain("off ");
      const write = `create or replace function looks_constant(int) returns text immutable language plpgsql as
         $$ begin perform 1; return 'x'; end $$`;
      await expect(twin.plan(write, "generic", AS_IT_IS)).rejects.toThrow("no plan of its own");
    });
  });

  it("lives beside another, each with its own candidates", async () => {
    const { snapshot } = await databaseWith(
      "beside",
      "create table t as select i as id from generate_series(1, 20000) as i; analyze t",
    );
    await withTwin(snapshot, (first) =>
      withTwin(snapshot, async (second) => {
        await Promise.all([
          first.define([candidate("mine", "t", ["id"])]),
          second.define([candidate("yours", "t", ["id"])]),
        ]);
        const text = "select * from t where id = 5";
        expect(await indexesOf(first, text, ["mine"])).toEqual(["mine"]);
        expect(await indexesOf(second, text, ["yours"])).toEqual(["yours"]);
        await expect(indexesOf(second, text, ["mine"])).rejects.toThrow("not defined");
      }),
    );
  });

  it("that is closed in the middle ends what was asked, and leaves nothing", async () => {
    const { snapshot } = await databaseWith("closed", "create table t (id int)");
    const folder = await temporaryFolder();
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const twin = await createTwin({
      snapshot,
      folder: join(folder, "twin"),
      sharedFolder: "/tmp/streamgate-test-shared",
      context: quietContext(),
    });
    const requests = Array.from({ length: 3000 }, (_, number) => ({
      text: `select * from t where id = ${number}`,
      sample: WITHOUT_VALUES,
    }));
    const asked = twin.planMany(requests, AS_IT_IS);
    const expected = expect(asked).rejects.toMatchObject({ code: "SG_PG_TWIN_CLOSED" });
    await Promise.all([twin.close(), twin.close()]);
    await expected;
    await expect(twin.plan("select 1", "generic", AS_IT_IS)).rejects.toThrow("was closed");
    expect(existsSync(twin.dataFolder)).toBe(false);
  });

  it.each([0, 1, 2, 3])("whose making is aborted at step %d leaves nothing", async (step) => {
    const { snapshot } = await databaseWith(`aborted_${step}`, "create table t (id int)");
    const folder = await temporaryFolder();
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const controller = new AbortController();
    const context = {
      ...quietContext(controller.signal),
      onProgress: ({ done }: { readonly done: number }) => {
        if (done === step) controller.abort(new Error("enough"));
      },
    };
    const options = {
      snapshot,
      folder: join(folder, "twin"),
      sharedFolder: "/tmp/streamgate-test-shared",
      context,
    };
    await expect(createTwin(options)).rejects.toThrow("enough");
    expect(await readdir(folder)).toEqual([]);
  });
});
