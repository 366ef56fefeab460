import { chown, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { applyFix } from "../../src/apply/apply-fix.ts";
import { revertFix } from "../../src/apply/revert-fix.ts";
import { dropFix, rebuildFix, removeFix } from "../../src/indexes/drop-fix.ts";
import type { IndexPortrait } from "../../src/indexes/index-portrait.ts";
import { observeIndexes } from "../../src/indexes/observe-indexes.ts";
import { contextFor } from "../apply/fixes.ts";

const SCHEMA = `
create table songs (id int primary key, artist int not null, title text not null, plays int not null, at date not null);
insert into songs select g, g % 50, 'title ' || g, g % 7, date '2026-01-01' + g % 60 from generate_series(1, 3000) g;
create table logs (id int not null, level text not null, at date not null) partition by range (at);
create table logs_1 partition of logs for values from ('2026-01-01') to ('2026-02-01') partition by list (level);
create table logs_1_error partition of logs_1 for values in ('error');
create table logs_2 partition of logs for values from ('2026-02-01') to ('2026-03-01');
insert into logs select g, 'error', date '2026-01-01' + g % 50 from generate_series(1, 3000) g;
`;

/** Everything that a person could miss of an index. */
const EVERYTHING = `
select pg_get_indexdef(i.indexrelid) as definition, i.indisvalid as "isValid",
       obj_description(i.indexrelid, 'pg_class') as comment,
       (select spcname from pg_tablespace where oid = c.reltablespace) as tablespace,
       c.reloptions as options,
       (select array_agg(a.attstattarget order by a.attnum) from pg_attribute a where a.attrelid = i.indexrelid) as targets,
       (select h.inhparent::regclass::text from pg_inherits h where h.inhrelid = i.indexrelid) as parent,
       exists (select from pg_statistic s where s.starelid = i.indexrelid) as "hasStatistics"
from pg_index i join pg_class c on c.oid = i.indexrelid
where c.relnamespace = 'public'::regnamespace
order by 1`;

describe("the drop of an index", () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startTestPostgres({ hasStatementCounters: false });
    const { folder, serverUser } = postgres.cluster;
    const elsewhere = join(folder, "elsewhere");
    await mkdir(elsewhere);
    if (serverUser.uid !== undefined && serverUser.gid !== undefined)
      await chown(elsewhere, serverUser.uid, serverUser.gid);
    await postgres.query(SCHEMA);
    await postgres.query(`create tablespace "Elsewhere" location '${elsewhere}'`);
  });
  afterAll(() => postgres?.stop());

  const portraits = async () => (await observeIndexes(postgres.url())).indexes;
  const find = (all: readonly IndexPortrait[], name: string): IndexPortrait => {
    const found = all.find(({ index }) => index.name === name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  };
  const isThere = async (name: string) =>
    (await postgres.query("select from pg_class where relname = $1", [name])).length > 0;

  it.each([
    ["plain", "(artist)"],
    ["of two keys, directions and NULLs", "(artist desc nulls last, at)"],
    ["that carries columns", "(artist) include (title, plays)"],
    ["that is partial", "(artist) where plays > 3 and title <> 'it''s'"],
    ["for patterns", "(title text_pattern_ops)"],
    ["of another collation", '(title collate "C")'],
    ["that is unique", "(title, id)", "unique"],
    ["that counts NULLs as equal", "(title, id) nulls not distinct", "unique"],
    ["on an expression", "(lower(title), artist)"],
    ["with options", "(artist) with (fillfactor = 70, deduplicate_items = off)"],
    ["with options in a tablespace", '(artist) with (fillfactor = 70) tablespace "Elsewhere"'],
    ["that is partial in a tablespace", '(artist) tablespace "Elsewhere" where plays > 3'],
    ["by hash", "using hash (title)"],
    ["by BRIN with options", "using brin (at) with (pages_per_range = 16)"],
  ])("brings back one %s, as it was", async (_, on, unique = "") => {
    await postgres.query(`create ${unique} index kept on songs ${on};
      comment on index kept is 'it''s for the report'; analyze songs`);
    const before = await postgres.query(EVERYTHING);
    const all = await portraits();
    const fix = dropFix(find(all, "kept"), all);
    const request = { fix, connectionString: postgres.url(), context: contextFor() };
    await applyFix(request);
    expect(await isThere("kept")).toBe(false);
    await revertFix(request);
    expect(await postgres.query(EVERYTHING)).toEqual(before);
    await postgres.query("drop index kept");
  });

  it("brings back how closely ANALYZE looks at an expression, and its statistics", async () => {
    await postgres.query(`create index kept on songs ((plays * 2), artist, (upper(title)));
      alter index kept alter column 1 set statistics 500; alter index kept alter column 3 set statistics 20; analyze songs`);
    const before = await postgres.query(EVERYTHING);
    const all = await portraits();
    const request = {
      fix: dropFix(find(all, "kept"), all),
      connectionString: postgres.url(),
      context: contextFor(),
    };
    await applyFix(request);
    await revertFix(request);
    expect(await postgres.query(EVERYTHING)).toEqual(before);
    expect(before.some(({ hasStatistics }) => hasStatistics === true)).toBe(true);
    await postgres.query("drop index kept");
  });

  it("of a partitioned table brings back all parts under their names", async () => {
    await postgres.query(`create index kept on logs (id, (lower(level)));
      comment on index kept is 'of all'; comment on index logs_2_id_lower_idx is 'of February'; analyze logs`);
    const before = await postgres.query(EVERYTHING);
    const all = await portraits();
    const request = {
      fix: dropFix(find(all, "kept"), all),
      connectionString: postgres.url(),
      context: contextFor(),
    };
    await applyFix(request);
    expect(await isThere("logs_2_id_lower_idx")).toBe(false);
    await revertFix(request);
    expect(await postgres.query(EVERYTHING)).toEqual(before);
    // What is done twice changes nothing.
    await revertFix(request);
    expect(await postgres.query(EVERYTHING)).toEqual(before);
    await postgres.query("drop index kept");
  });

  it("is refused where the name stands for another index by now", async () => {
    await postgres.query("create index kept on songs (artist)");
    const all = await portraits();
    const fix = dropFix(find(all, "kept"), all);
    await postgres.query("drop index kept; create index kept on songs (plays)");
    await expect(
      applyFix({ fix, connectionString: postgres.url(), context: contextFor() }),
    ).rejects.toMatchObject({ code: "SG_PG_INDEX_CONFLICT" });
    expect(await isThere("kept")).toBe(true);
    await postgres.query("drop index kept");
  });

  it("of what a build left needs no way back", async () => {
    await postgres
      .query("create unique index concurrently broken on songs (artist)")
      .catch(() => undefined);
    const all = await portraits();
    expect(find(all, "broken").index.isValid).toBe(false);
    const request = {
      fix: removeFix(find(all, "broken")),
      connectionString: postgres.url(),
      context: contextFor(),
    };
    await applyFix(request);
    expect(await isThere("broken")).toBe(false);
    await expect(revertFix(request)).resolves.toMatchObject({ steps: [] });
  });

  it("is no remedy where a rebuild frees what is wasted", async () => {
    await postgres.query("create index kept on songs (title); delete from songs where id > 300");
    await postgres.query("vacuum songs");
    const before = find(await portraits(), "kept");
    await applyFix({
      fix: rebuildFix(before, 0),
      connectionString: postgres.url(),
      context: contextFor(),
    });
    const after = find(await portraits(), "kept");
    expect(after.index.sizeBytes).toBeLessThan(before.index.sizeBytes / 2);
    expect(after.index.definition).toBe(before.index.definition);
  });
});
