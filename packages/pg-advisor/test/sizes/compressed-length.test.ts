import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { compressedLength } from "../../src/what-if/sizes/compressed-length.ts";
import { lexemesOf } from "../../src/what-if/sizes/gin/lexemes.ts";
import { trigramsOf } from "../../src/what-if/sizes/gin/trigrams.ts";

const TEXTS = [
  "the quick brown fox jumps over the lazy dog, and ".repeat(60),
  "abcdefgh".repeat(400),
  Array.from({ length: 200 }, (_, position) => `row ${position * 7919} of many`).join("; "),
  Array.from(
    { length: 120 },
    (_, position) => `{"id": ${position * 31}, "name": "n${position}"}`,
  ).join(","),
  Array.from({ length: 3000 }, (_, position) =>
    String.fromCharCode(33 + ((position * position * 31 + position) % 90)),
  ).join(""),
] as const;

describe("what PostgreSQL makes of values before it indexes them", () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await startTestPostgres({ hasStatementCounters: false });
    await postgres.query("create extension pg_trgm");
    await postgres.query(
      "create table texts (id int, value text compression pglz) with (toast_tuple_target = 128)",
    );
    await postgres.query("alter table texts alter value set storage main");
  });
  afterAll(() => postgres.stop());

  it("is compressed to the length that the model tells, within two per cent", async () => {
    for (const [id, text] of TEXTS.entries())
      await postgres.query("insert into texts values ($1, $2)", [id, text]);
    const rows = await postgres.query<{ id: number; bytes: number }>(
      "select id, pg_column_size(value) as bytes from texts order by id",
    );
    const header = 4;
    const ratios = rows.map(
      ({ id, bytes }) => (compressedLength(Buffer.from(TEXTS[id] ?? "")) + header) / bytes,
    );
    expect(ratios.filter((ratio) => Math.abs(ratio - 1) > 0.02)).toEqual([]);
  });

  it("has the trigrams that pg_trgm takes from it", async () => {
    const texts = ["User-17@mail.example", "  two  words ", "Ärger", "a", "", "x_y z9"];
    for (const text of texts) {
      const [row] = await postgres.query<{ count: number }>(
        "select cardinality(show_trgm($1)) as count",
        [text],
      );
      expect([text, new Set(trigramsOf(text)).size]).toEqual([text, row?.count]);
    }
  });

  it("has the lexemes of its text form", async () => {
    const [row] = await postgres.query<{ text: string; lexemes: string[] }>(
      `select v::text as text, tsvector_to_array(v) as lexemes
       from to_tsvector('simple', 'it''s a dog''s life, a dog') as v`,
    );
    expect(lexemesOf(row?.text ?? "")).toEqual(row?.lexemes);
  });
});
