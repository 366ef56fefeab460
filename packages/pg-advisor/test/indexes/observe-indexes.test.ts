import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { until } from "../../../../test/support/until.ts";
import { findDuplicateIndexes } from "../../src/indexes/duplicate-indexes.ts";
import { isWorthRebuilding } from "../../src/indexes/fragmented-indexes.ts";
import type { IndexPortrait } from "../../src/indexes/index-portrait.ts";
import { measureBloat, withinBudget } from "../../src/indexes/measure-bloat.ts";
import { type IndexObservation, observeIndexes } from "../../src/indexes/observe-indexes.ts";

const SCHEMA = `
create table owners (id int primary key, email text not null);
create unique index owners_email on owners (email);
create table songs (
  id int primary key, owner int not null references owners, title text not null, plays int not null, at timestamptz not null default now());
create index songs_owner on songs (owner);
create index songs_owner_plays on songs (owner, plays desc);
create index songs_title on songs (title);
create index songs_title_again on songs (title);
create index songs_title_pattern on songs (title text_pattern_ops);
create index songs_title_c on songs (title collate "C");
create index songs_lower on songs (lower(title));
create index songs_popular on songs (title) where plays > 900;
create index songs_plays on songs (plays);
create table logs (id bigint, level text) partition by list (level);
create table logs_error partition of logs for values in ('error');
create index logs_id on logs (id);
create table named (a int not null, b int not null);
create unique index named_a on named (a);
alter table named replica identity using index named_a;
create unique index named_b on named (b);
create table pointers (b int references named (b));
insert into owners select g, 'mail' || g from generate_series(1, 200) g;
insert into songs select g, 1 + g % 200, 'title ' || md5(g::text), g % 1000 from generate_series(1, 40000) g;
insert into logs select g, 'error' from generate_series(1, 100) g;
create extension pgstattuple;
analyze;
`;

function byName(indexes: readonly IndexPortrait[], name: string): IndexPortrait {
  const found = indexes.find(({ index }) => index.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

describe.each([18, 14] as const)("the indexes of a PostgreSQL %i", (major) => {
  let postgres: TestPostgres;
  let seen: IndexObservation;
  beforeAll(async () => {
    postgres = await startTestPostgres({ major, hasStatementCounters: false });
    await postgres.query(SCHEMA);
    seen = await observeIndexes(postgres.url());
  });
  afterAll(() => postgres?.stop());

  it("that another one makes superfluous are found, and no others", () => {
    const found = findDuplicateIndexes(seen.indexes).map(
      ({ superfluous, kept, cover }) => `${superfluous.index.name} < ${kept.index.name}: ${cover}`,
    );
    expect(found.sort()).toEqual([
      "songs_owner < songs_owner_plays: prefix",
      "songs_title_again < songs_title: same",
    ]);
  });

  it("are known with what needs them", () => {
    const dutiesOf = (name: string) => byName(seen.indexes, name).duties.map(({ kind }) => kind);
    expect(dutiesOf("songs_pkey")).toEqual(["primary key", "unique", "constraint"]);
    expect(dutiesOf("owners_pkey")).toEqual(["primary key", "unique", "constraint", "referenced"]);
    expect(dutiesOf("owners_email")).toEqual(["unique"]);
    expect(dutiesOf("songs_owner")).toEqual(["foreign key"]);
    expect(dutiesOf("named_a")).toEqual(["unique", "replica identity"]);
    expect(dutiesOf("named_b")).toEqual(["unique", "referenced"]);
    expect(dutiesOf("songs_popular")).toEqual([]);
  });

  it("of partitions count as one with the parent's", () => {
    const parent = byName(seen.indexes, "logs_id").index;
    const child = byName(seen.indexes, "logs_error_id_idx").index;
    expect(child.parent).toEqual({ schema: "public", name: "logs_id" });
    expect(parent.sizeBytes).toBe(child.sizeBytes);
    expect(parent.sizeBytes).toBeGreaterThan(0);
  });

  it("that are well are estimated to waste nothing worth mending", () => {
    for (const { index, estimatedBloat } of seen.indexes)
      expect([index.name, isWorthRebuilding(estimatedBloat ?? 0, index.sizeBytes)]).toEqual([
        index.name,
        false,
      ]);
    expect(byName(seen.indexes, "songs_pkey").estimatedBloat).toBeLessThan(0.1);
    // Filled in no order, a B-tree is some two thirds full.
    expect(byName(seen.indexes, "songs_lower").estimatedBloat).toBeLessThan(0.4);
  });

  it("that lost most of their rows are estimated, and measured, to be mostly free", async () => {
    await postgres.query("delete from songs where id % 10 <> 0");
    await postgres.query("vacuum analyze songs");
    const look = async () => byName((await observeIndexes(postgres.url())).indexes, "songs_title");
    // Before PostgreSQL 15 counters arrive some time later.
    await until(async () => ((await look()).estimatedBloat ?? 0) > 0.75);
    const { index, estimatedBloat } = await look();
    const [measured] = await measureBloat(postgres.url(), [index]);
    expect(measured?.sizeBytes).toBe(index.sizeBytes);
    expect(measured?.bloat).toBeGreaterThan(0.75);
    expect(Math.abs((measured?.bloat ?? 0) - (estimatedBloat ?? 0))).toBeLessThan(0.1);
    await postgres.query("reindex index songs_title");
    const rebuilt = byName((await observeIndexes(postgres.url())).indexes, "songs_title");
    const freed = 1 - rebuilt.index.sizeBytes / index.sizeBytes;
    expect(Math.abs(freed - (measured?.bloat ?? 0))).toBeLessThan(0.05);
  });

  it("are not measured by a role that may not, which is no failure", async () => {
    await postgres.query("drop role if exists watcher; create role watcher login password 'w'");
    const url = new URL(postgres.url());
    url.username = "watcher";
    url.password = "w";
    const index = byName(seen.indexes, "songs_title").index;
    expect(await measureBloat(url.href, [index])).toEqual([]);
  });

  it("that vanish while they are measured are left out", async () => {
    const index = byName(seen.indexes, "songs_title").index;
    const measured = await measureBloat(postgres.url(), [{ ...index, name: "gone" }, index]);
    expect(measured.map(({ name }) => name)).toEqual(["songs_title"]);
  });

  it("tell when they were last scanned where the server knows", async () => {
    await postgres.query(
      "set enable_seqscan = off; set enable_bitmapscan = off; select count(*) from songs where title = 'x';",
    );
    const look = async () =>
      (await observeIndexes(postgres.url())).traits.filter(({ scans }) => scans > 0);
    await until(async () => (await look()).some(({ name }) => name.startsWith("songs_title")));
    const scanned = await look();
    for (const { lastScanAt } of scanned) expect(lastScanAt === null).toBe(major < 16);
  });
});

it("what is measured stays within its budget, the first first", () => {
  const megabytes = (size: number, name: string) => ({
    schema: "public",
    name,
    sizeBytes: size * 2 ** 20,
  });
  const all = [
    megabytes(65, "too large"),
    ...Array.from({ length: 5 }, (_, at) => megabytes(60, `large ${at}`)),
    megabytes(10, "small"),
  ];
  expect(withinBudget(all).map(({ name }) => name)).toEqual([
    "large 0",
    "large 1",
    "large 2",
    "large 3",
    "small",
  ]);
});
