import { describe, expect, it } from "vitest";
import { readStatement } from "../src/what-if/statement/statement-text.ts";
import { substituteValues, withPlaceholders } from "../src/what-if/statement/substitute-values.ts";

describe("a statement for a what-if", () => {
  it("gets a literal of the right type for each placeholder", async () => {
    const statement = await readStatement("select * from t where a = $2 and b = any ($1) limit $3");
    expect(substituteValues(statement, ["text[]", "integer", "bigint"], ["{x,y}", "7", null])).toBe(
      "select * from t where a = ('7'::integer) and b = any (('{x,y}'::text[])) limit (NULL::bigint)",
    );
  });

  it("keeps what only looks like a placeholder", async () => {
    const text = `select 'é $1', "ü$2", $$ $3 $$, $tag$ $4 $tag$, E'\\'$5', $1 from t`;
    const statement = await readStatement(text);
    expect(statement.placeholders).toEqual([1]);
    expect(substituteValues(statement, ["integer"], ["1"])).toBe(
      text.replace(/\$1 from/, "('1'::integer) from"),
    );
  });

  it("loses its comments and its last semicolon", async () => {
    const statement = await readStatement("select $1 /* $2 */ -- $3\n;");
    expect(withPlaceholders(statement).trim()).toBe("select $1");
  });

  it("quotes quotes and backslashes in values", async () => {
    const statement = await readStatement("select $1");
    expect(substituteValues(statement, ["text"], ["it's"])).toBe("select ('it''s'::text)");
    expect(substituteValues(statement, ["text"], ["a\\b"])).toBe("select (E'a\\\\b'::text)");
  });

  it("is refused where a value or a type is missing", async () => {
    const statement = await readStatement("select $1, $2");
    expect(() => substituteValues(statement, ["text", "text"], ["a"])).toThrow("no value for $2");
    expect(() => substituteValues(statement, ["text"], ["a", "b"])).toThrow("type of $2");
  });

  it.each([
    ["select 1; drop table users", "2 statements"],
    ["", "empty"],
    ["-- nothing", "0 statements"],
    ["drop table users", "Drop"],
    ["explain analyze delete from users", "Explain"],
    ["do $$ begin end $$", "Do"],
    ["copy users to program 'true'", "Copy"],
    ["prepare p as select 1", "Prepare"],
    ["select from where", "does not parse"],
  ])("is refused: %s", async (text, reason) => {
    await expect(readStatement(text)).rejects.toMatchObject({
      code: "SG_PG_STATEMENT_REFUSED",
      happened: expect.stringContaining(reason),
    });
  });
});
