import { existsSync, readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { seldomMs } from "../../../../test/support/seldom.ts";
import { startTestPlatform, type TestPlatform } from "../support/platform.ts";

const SCHEMA = `
create table songs (id int primary key, owner int not null, title text, plays int);
create index songs_title on songs (title);
insert into songs select g, g % 5000, md5(g::text), g % 100 from generate_series(1, 50000) g;
analyze songs;
select count(*) from songs where owner = 7;
select id from songs where title = 'x';
`;

let postgres: TestPostgres;
let test: TestPlatform;
beforeAll(async () => {
  postgres = await startTestPostgres();
  const url = await postgres.createDatabase("media");
  await postgres.query(SCHEMA, undefined, "media");
  const databases = [{ name: "media", url, intervalMs: seldomMs(), adviseEveryMs: 0 }];
  test = await startTestPlatform(await postgres.createDatabase("store"), {}, { databases });
  await Promise.all(databases.map((database) => test.platform.twins.use(database, async () => 0)));
});
afterAll(async () => {
  await test?.stop();
  await postgres?.stop();
});

function ask(indexes: readonly string[], without: readonly string[] = [], database = "media") {
  return test.call("askWhatIf", { body: { database, indexes, without } });
}

describe("a what-if by hand", () => {
  it("costs the workload with an index that does not exist, and says that it is an estimate", async () => {
    const { statements, indexes, before, after, leftOut } = await ask([
      "create index concurrently on songs (owner) include (plays);",
    ]);
    expect(indexes).toMatchObject([
      {
        definition: "CREATE INDEX ON public.songs USING btree (owner) INCLUDE (plays)",
        size: { unit: "bytes", rung: "estimated" },
      },
    ]);
    expect(indexes[0]?.size.value).toBeGreaterThan(500_000);
    const helped = statements.find(({ text }) => text.includes("owner"));
    expect(helped?.usesIndexes).toEqual([
      "CREATE INDEX ON public.songs USING btree (owner) INCLUDE (plays)",
    ]);
    expect(helped?.before.rung).toBe("measured");
    expect(helped?.after).toMatchObject({ unit: "ms", rung: "estimated" });
    expect((helped?.after.value ?? 1) * 10).toBeLessThan(helped?.before.value ?? 0);
    expect(after.value).toBeLessThan(before.value ?? 0);
    expect(leftOut).toEqual([]);
  });

  it("imagines existing indexes away", async () => {
    const { statements } = await ask(["create index on songs (plays)"], ["songs_title"]);
    const harmed = statements.find(({ text }) => text.includes("title"));
    expect(harmed?.usesIndexes).toEqual([]);
    expect((harmed?.after.value ?? 0) / (harmed?.before.value ?? 1)).toBeGreaterThan(10);
  });

  it("asks the same twin again, and two who ask at once wait for each other", async () => {
    const [one, other] = await Promise.all([
      ask(["create index on songs (owner, plays)"]),
      ask(["create index on songs (plays desc nulls last) where plays > 90 and owner is not null"]),
    ]);
    expect(one.indexes).toHaveLength(1);
    expect(other.indexes[0]?.definition).toBe(
      "CREATE INDEX ON public.songs USING btree (plays DESC NULLS LAST) WHERE plays > 90 AND owner IS NOT NULL",
    );
    expect(readdirSync(test.platform.folder.run)).toHaveLength(1);
  });

  it.each([
    ["drop table songs", "is no CREATE INDEX"],
    ["create index on songs (owner); drop table songs", "not one statement"],
    ["create index on songs (owner) where pg_sleep(100) is null", "more than comparisons"],
    ["create index on songs (owner) where plays > (select 1)", "more than comparisons"],
    ["create index on songs (md5(random()::text))", "the function random is not known"],
    ["create index on songs (title own_ops)", "no operator class of btree"],
    ["create index on songs using gin (title)", "a gin index holds no text by itself"],
    ["create unique index on songs (owner)", "without UNIQUE"],
    ["create index on songs (owner) with (fillfactor = 5)", "the storage option fillfactor = 5"],
    ["create index on songs (nothing)", "has no column"],
    ["create index on pg_class (relname)", "no table"],
    ["creat index", "no SQL"],
    ["", "no SQL"],
  ])("refuses %s", async (sql, reason) => {
    await expect(ask([sql])).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining(reason),
      errors: [{ place: "body.indexes[0]" }],
    });
  });

  it("of an index or a database that is not there is refused", async () => {
    await expect(ask(["create index on songs (owner)"], ["nobody"])).rejects.toMatchObject({
      status: 404,
    });
    await expect(ask(["create index on songs (owner)"], [], "other")).rejects.toMatchObject({
      status: 404,
    });
  });

  it("touches nothing in the watched database", async () => {
    const rows = await postgres.query(
      "select indexname from pg_indexes where tablename = 'songs' order by 1",
      undefined,
      "media",
    );
    expect(rows.map(({ indexname }) => indexname)).toEqual(["songs_pkey", "songs_title"]);
  });

  it("leaves no server and no folder behind when StreamGate ends", async () => {
    const { run } = test.platform.folder;
    await test.platform.twins.close();
    expect(existsSync(run) ? readdirSync(run) : []).toEqual([]);
    await expect(ask(["create index on songs (owner)"])).rejects.toMatchObject({ status: 503 });
  });
});
