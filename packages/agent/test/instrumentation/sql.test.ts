import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { operationOfSql } from "../../src/instrumentation/operation-of-sql.ts";
import { redactSql } from "../../src/instrumentation/redact-sql.ts";

describe("of a statement, literals and comments are left out:", () => {
  test.each([
    [
      "select * from users where id = 17 and name = 'ada'",
      "select * from users where id = ? and name = ?",
    ],
    ["select $1, $2 from t1 where c2 > -1.5e3", "select $1, $2 from t1 where c2 > -?"],
    ["select 'it''s', E'a\\'b', U&'d\\0061t', x'1F', b'01', N'n'", "select ?, ?, ?, ?, ?, ?"],
    ["select $$secret$$, $tag$ 'x' $$ $tag$, a$1", "select ?, ?, a$1"],
    ['select "Order 17", U&"d1", "a""2" from "T"', 'select "Order 17", U&"d1", "a""2" from "T"'],
    ["select 1 -- password 'x'\nfrom t", "select ? from t"],
    ["/* app:shop /* nested */ user:17 */ select 1", "select ?"],
    ["select 1/*x*/+/*y*/2", "select ? + ?"],
    ["select\n\t  a ,\n b", "select a , b"],
    ["select .5, 1., 0xFF, 1_000, 12abc", "select ?, ?, ?, ?, ?"],
    ["select 'never ends", "select ?"],
    ["select $$never ends", "select ?"],
    ["select /* never ends", "select"],
    ['select "never ends', 'select "never ends'],
    [
      "select größe, naïve1 from straße where x = 'ü'",
      "select größe, naïve1 from straße where x = ?",
    ],
    ["select a->>'secret', b @> '{\"k\": 1}'::jsonb", "select a->>?, b @> ?::jsonb"],
    ["alter role ada password 'secret'", "alter role ada password ?"],
    ["", ""],
  ])("%s", (sql, redacted) => {
    expect(redactSql(sql)).toBe(redacted);
  });

  test("no quoted text shows, wherever it stands", () => {
    const quote = fc.constantFrom(
      (text: string) => `'${text.replaceAll("'", "''")}'`,
      (text: string) => `E'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`,
      (text: string) => `$q$${text.replaceAll("$", "")}$q$`,
      (text: string) => `/* ${text.replaceAll("*", "")} */ 1`,
      (text: string) => `1 -- ${text.replaceAll("\n", " ")}\n`,
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(quote, fc.string()), { maxLength: 8 }), (literals) => {
        const list = literals.map(([write, text]) => write(`SECRET${text}SECRET`)).join(", ");
        expect(redactSql(`select ${list} from t`)).not.toContain("SECRET");
      }),
    );
  });

  test("a statement of megabytes is read as far as it is shown", () => {
    const long = `select ${"a, ".repeat(1_000_000)} b`;
    expect(redactSql(long).length).toBeLessThanOrEqual(2_048);
    expect(redactSql(`insert into t values ('${"x".repeat(10_000_000)}')`)).toBe(
      "insert into t values (?",
    );
  });
});

describe("what a statement does:", () => {
  test.each([
    ["select 1", "SELECT"],
    ["SELECT 1", "SELECT"],
    ["Insert into t values (1)", "INSERT"],
    ["  \n update t set a = 1", "UPDATE"],
    ["-- find\nselect 1", "SELECT"],
    ["/* a */ /* b */ delete from t", "DELETE"],
    ["(select 1) union (select 2)", "SELECT"],
    ["with a as (select 1) select * from a", "WITH"],
    ["begin", "BEGIN"],
    ["selectfoo", "OTHER"],
    ["", "OTHER"],
    ["42", "OTHER"],
    ["ünïcode", "OTHER"],
    ["/*".repeat(100_000), "OTHER"],
  ])("%s", (sql, operation) => {
    expect(operationOfSql(sql)).toBe(operation);
  });
});
