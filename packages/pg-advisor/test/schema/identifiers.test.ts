import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { qualify, quoteIdentifier, quoteLiteral } from "../../src/schema/identifiers.ts";
import { KEYWORDS } from "../../src/schema/keywords.ts";

let server: TestPostgres;

beforeAll(async () => {
  server = await startTestPostgres({ hasStatementCounters: false });
});
afterAll(() => server.stop());

/** Text without the NUL that PostgreSQL cannot hold. */
const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 20 }).map((value) => value.replaceAll("\0", "")),
  fc.stringMatching(/^[a-z_][a-z0-9_$]{0,10}$/),
  fc.constantFrom("a\\b", "it's", 'a"b', "Größe", "select", "name", "$1", "\\'"),
);

test("identifiers are quoted as PostgreSQL quotes them", async () => {
  const names = fc.sample(text, 2_000).concat([...KEYWORDS]);
  const [row] = await server.query(
    "select array_agg(quote_ident(name) order by position) as quoted from unnest($1::text[]) with ordinality as n (name, position)",
    [names],
  );
  expect(names.map(quoteIdentifier)).toEqual(row?.quoted);
});

test("all keywords of the server that need quotes are known", async () => {
  const rows = await server.query("select word from pg_get_keywords() where catcode <> 'U'");
  expect(new Set(rows.map((row) => row.word))).toEqual(KEYWORDS);
});

test("a literal comes back as the text it was made of", async () => {
  const texts = fc.sample(text, 500);
  for (const isStandard of ["on", "off"]) {
    const rows = await server.query(
      `set escape_string_warning = off; set standard_conforming_strings = ${isStandard};
       select array[${texts.map(quoteLiteral).join(", ")}] as values`,
    );
    expect(rows[0]?.values).toEqual(texts);
  }
});

test("a relation is addressed by its quoted schema and name", () => {
  expect(qualify({ schema: "public", name: "order" })).toBe('public."order"');
});
