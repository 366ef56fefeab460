import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { nameless } from "../../src/candidates/definition-sql.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { readIndexDefinition } from "../../src/what-if/read-index-definition.ts";

const SCHEMA = `
create schema tools;
create extension pg_trgm schema tools;
create table songs (id int primary key, title text, plays int, payload jsonb, tags text[], at timestamp, seen timestamptz, during tsrange, body xml, twice int generated always as (plays * 2) virtual,
  address inet, "Odd ""name" text);
create function own(text) returns text immutable language sql as 'select $1';
`;

let postgres: TestPostgres;
let snapshot: Snapshot;
beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
  await postgres.query(SCHEMA);
  snapshot = await readSnapshot(postgres.url(), { needsStatements: false });
});
afterAll(() => postgres?.stop());

describe("an index that somebody wrote down", () => {
  it.each([
    ["(lower(title), plays desc)", "btree ((lower(title)), plays DESC)"],
    ["(title text_pattern_ops nulls first)", "btree (title text_pattern_ops NULLS FIRST)"],
    [
      "((payload ->> 'k')) include (id) where plays > 3",
      "btree ((payload ->> 'k')) INCLUDE (id) WHERE plays > 3",
    ],
    [
      "using gin (payload jsonb_path_ops) with (fastupdate = off)",
      "gin (payload jsonb_path_ops) WITH (fastupdate=off)",
    ],
    ["using gin (tags)", "gin (tags)"],
    ["using gin (title tools.gin_trgm_ops)", "gin (title tools.gin_trgm_ops)"],
    ["using gist (during) include (plays)", "gist (during) INCLUDE (plays)"],
    ["using gist (address inet_ops)", "gist (address inet_ops)"],
    ["using brin (at) with (pages_per_range = 16)", "brin (at) WITH (pages_per_range=16)"],
    ["using brin (at timestamp_minmax_multi_ops)", "brin (at timestamp_minmax_multi_ops)"],
    ["using hash (title)", "hash (title)"],
    [
      "(plays) with (fillfactor = 70, deduplicate_items = off)",
      "btree (plays) WITH (fillfactor=70, deduplicate_items=off)",
    ],
    [
      '("Odd ""name") where title is not null and tags @> array[\'a\']',
      'btree ("Odd ""name") WHERE title IS NOT NULL AND tags @> ARRAY[\'a\']',
    ],
  ])("%s is read, and PostgreSQL makes it", async (body, expected) => {
    const read = readIndexDefinition(
      `create index concurrently some_name on songs ${body};`,
      snapshot,
    );
    expect(read.outcome === "read" ? nameless(read.definition) : read.reason).toBe(
      `CREATE INDEX ON public.songs USING ${expected}`,
    );
    if (read.outcome === "read") {
      await postgres.query(`begin; ${nameless(read.definition)}; rollback`);
    }
  });

  it.each([
    ["(own(title))", "own is not known to be immutable"],
    ["((seen::date))", "depends on settings"],
    ["((now() - at))", "now is not known"],
    ["(plays) where pg_sleep(9) is null", "pg_sleep is not known"],
    ["(plays) where plays > (select 1)", "other rows"],
    ["(plays) where plays", "neither true nor false"],
    ["(plays) where seen > current_timestamp", "present time"],
    ["(('a' || 'b'))", "names no column"],
    ["(title own_ops)", "no operator class of btree"],
    ["using gin (title gin_trgm_ops(siglen = 8))", "options of an operator class"],
    ["using gin (title public.gin_trgm_ops)", "no operator class of gin"],
    ["using gin (title)", "a gin index holds no text by itself"],
    ["using gist (address)", "a gist index holds no network by itself"],
    ["using spgist (title)", "only btree, hash, gin, gist, brin"],
    ["using hash (title, plays)", "1 keys at the most"],
    ["using hash (title) include (plays)", "leave out INCLUDE"],
    ["using gin (tags desc)", "has no order"],
    ["(body)", "cannot hold other"],
    ["(twice)", "computed when it is read"],
    ['(title collate "C")', "collation"],
    ["(plays) with (fillfactor = 5)", "fillfactor = 5"],
    ["(plays) with (pages_per_range = 5)", "pages_per_range = 5"],
    ["(plays) with (toast.fillfactor = 50)", "none of a btree index"],
  ])("%s is refused: %s", (body, reason) => {
    const read = readIndexDefinition(`create index on songs ${body}`, snapshot);
    expect(read.outcome === "refused" ? read.reason : nameless(read.definition)).toContain(reason);
  });
});
