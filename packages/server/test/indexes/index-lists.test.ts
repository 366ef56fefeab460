import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { until } from "../../../../test/support/until.ts";
import { collectIndexes } from "../../src/indexes/collect-indexes.ts";
import { aFinding } from "../support/findings.ts";
import { startTestPlatform, type TestPlatform } from "../support/platform.ts";

const SCHEMA = `
create table owners (id int primary key);
create table songs (id int primary key, owner int not null references owners, title text, plays int, at timestamptz);
create index songs_owner on songs (owner);
create index songs_title on songs (title);
create index songs_title_plays on songs (title, plays);
create index songs_plays on songs (plays);
create index songs_at on songs (at);
insert into owners select g from generate_series(1, 100) g;
insert into songs select g, 1 + g % 100, md5(g::text), 1 + g % 7, now() from generate_series(1, 60000) g;
delete from songs where id % 10 <> 0;
vacuum analyze songs;
create extension pgstattuple;
`;

let postgres: TestPostgres;
let watchedUrl: string;
let test: TestPlatform;
beforeAll(async () => {
  postgres = await startTestPostgres();
  watchedUrl = await postgres.createDatabase("media");
  for (const statement of SCHEMA.split(";\n")) await postgres.query(statement, undefined, "media");
  // A build that fails leaves an invalid index behind.
  await postgres
    .query("create unique index concurrently songs_plays_once on songs (plays)", undefined, "media")
    .catch(() => undefined);
  const databases = [{ name: "media", url: watchedUrl, intervalMs: 10_000, adviseEveryMs: 0 }];
  test = await startTestPlatform(await postgres.createDatabase("store"), {}, { databases });
  await until(async () => (await test.call("listIndexes")).total > 0);
});
afterAll(async () => {
  await test?.stop();
  await postgres?.stop();
});

function names(items: readonly { readonly index: { readonly name: string } }[]): string[] {
  return items.map(({ index }) => index.name);
}

describe("indexes", () => {
  it("are listed by themselves, the largest first, with their rungs", async () => {
    const { items, total, next, sources } = await test.call("listIndexes");
    expect(total).toBe(8);
    expect(next).toBeNull();
    const sizes = items.map(({ size }) => size.value ?? 0);
    expect(sizes).toEqual(sizes.toSorted((one, other) => other - one));
    expect(items[0]).toMatchObject({
      database: "media",
      table: "public.songs",
      size: { unit: "bytes", rung: "measured" },
      scans: { rung: "measured" },
      writeCost: { unit: "ms", rung: "estimated" },
    });
    expect(sources.map(({ id, state }) => [id, state])).toContainEqual(["indexes:media", "fresh"]);
  });

  it("come page by page, each once", async () => {
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await test.call("listIndexes", {
        query: { limit: 3, sort: "name", ...(after === undefined ? {} : { after }) },
      });
      seen.push(...page.items.map(({ name }) => name));
      after = page.next ?? undefined;
    } while (after !== undefined);
    expect(seen).toEqual([
      "owners_pkey",
      "songs_at",
      "songs_owner",
      "songs_pkey",
      "songs_plays",
      "songs_plays_once",
      "songs_title",
      "songs_title_plays",
    ]);
  });

  it("are found by their table and by words of their definition", async () => {
    const ofOwners = await test.call("listIndexes", { query: { table: "owners" } });
    expect(ofOwners.items.map(({ name }) => name)).toEqual(["owners_pkey"]);
    const found = await test.call("listIndexes", { query: { search: "(TITLE, plays)" } });
    expect(found.items.map(({ name }) => name)).toEqual(["songs_title_plays"]);
  });

  it.each(["x", "WyJpbmRleGVzIGJ5IG5hbWUiLDEsMl0", "%00"])(
    "of a place that is none (%s) are refused",
    async (after) => {
      await expect(test.call("listIndexes", { query: { after } })).rejects.toMatchObject({
        status: 400,
      });
    },
  );

  it("of a database that is not watched are not there", async () => {
    await expect(
      test.call("listUnusedIndexes", { query: { database: "other" } }),
    ).rejects.toMatchObject({ status: 404 });
  });

  it("that nothing uses are told apart from those that something else needs, and not yet advised to go", async () => {
    const { items } = await test.call("listUnusedIndexes", {
      query: { database: "media", sort: "name" },
    });
    expect(names(items)).toEqual(["songs_at", "songs_plays", "songs_title", "songs_title_plays"]);
    expect(items[0]).toMatchObject({
      sql: "",
      freed: { rung: "measured" },
      caveats: ["work that comes once a week was not seen yet"],
    });
    expect(items[0]?.watchedSince).not.toBeNull();
  });

  it("that another one makes superfluous come with that one and the SQL", async () => {
    const { items } = await test.call("listDuplicateIndexes");
    expect(items).toMatchObject([
      {
        index: { name: "songs_title" },
        other: { name: "songs_title_plays" },
        sql: "DROP INDEX CONCURRENTLY public.songs_title;",
        reason: "its keys lead those of public.songs_title_plays, which serves the same searches",
      },
    ]);
  });

  it("that waste space are measured, and invalid ones stand beside them", async () => {
    const { items } = await test.call("listFragmentedIndexes", { query: { sort: "name" } });
    const invalid = items.find(({ index }) => !index.isValid);
    expect(invalid).toMatchObject({
      index: { name: "songs_plays_once" },
      sql: "REINDEX INDEX CONCURRENTLY public.songs_plays_once;",
    });
    const wide = items.find(({ index }) => index.name === "songs_title");
    expect(wide).toMatchObject({
      index: { bloat: { rung: "measured" } },
      freed: { unit: "bytes", rung: "measured" },
      sql: "REINDEX INDEX CONCURRENTLY public.songs_title;",
    });
    expect(wide?.index.bloat.value).toBeGreaterThan(0.7);
    expect(names(items)).not.toContain("owners_pkey");
  });

  it("that would help are the open recommendations", async () => {
    const { store } = test.platform;
    const run = await store.beginRun({ target: "media", connection: "media", goal: "test" });
    await store.recordFinding(run, "media", aFinding({ id: "missing-1" }));
    await store.recordFinding(run, "media", aFinding({ id: "other-1", kind: "query/slow" }));
    await until(async () => (await test.call("listMissingIndexes")).items.length > 0);
    const { items } = await test.call("listMissingIndexes", { query: { database: "media" } });
    expect(items.map(({ id }) => id)).toEqual(["missing-1"]);
  });

  it("are used once they were scanned, though the counters were reset since", async () => {
    const input = {
      database: "media",
      url: watchedUrl,
      tables: test.platform.tables,
      clock: test.platform.clock,
    };
    const search =
      "set enable_seqscan = off; set enable_bitmapscan = off; select count(*) from songs where at > now()";
    const isUnused = async () => {
      await collectIndexes(input);
      return names((await test.call("listUnusedIndexes")).items).includes("songs_at");
    };
    expect(await isUnused()).toBe(true);
    await postgres.query(search, undefined, "media");
    await until(async () => !(await isUnused()));
    await postgres.query("select pg_stat_reset()", undefined, "media");
    expect(await isUnused()).toBe(false);
  });

  it("of a reading that is older than what is kept change nothing", async () => {
    const { tables, clock } = test.platform;
    const input = { database: "media", url: watchedUrl, tables, clock };
    await tables.query("update streamgate.index_watches set read_at = now() + interval '1 hour'");
    await collectIndexes(input);
    const [{ ahead } = { ahead: false }] = await tables.query<{ readonly ahead: boolean }>(
      "select read_at > now() + interval '30 minutes' as ahead from streamgate.index_watches",
    );
    expect(ahead).toBe(true);
  });
});
