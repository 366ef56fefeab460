import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalise } from "../../src/statements/normalise.ts";
import { placeholdersOf } from "../../src/statements/placeholders.ts";
import { FormCache } from "../../src/statements/statement-form.ts";
import { tokensOf } from "../../src/statements/tokens.ts";

const formOf = (sql: string): string => normalise(tokensOf(sql));

describe("statements that differ in literals, blanks, comments and the length of lists are one:", () => {
  test.each([
    ["select * from a where id = 1", "SELECT *\n FROM a -- x\n WHERE id=2"],
    ["select * from a where id = $1", "select * from a where id = 'x''y'"],
    ["select * from a where id = 5", "select * from a where id = -5"],
    ["select * from a where id=-5", "select * from a where id = 5"],
    ["select 1 from a where b in (1)", "select 1 from a where b in ($1, $2, $3)"],
    ["select 1 from a where b in ($1::int)", "select 1 from a where b in ($1::int, $2::int)"],
    ["select 1 from a where b = any(array[1, 2])", "select 1 from a where b = any(array[3])"],
    ["insert into a values (1, 'x')", "insert into a values ($1, $2), ($3, $4)"],
    ["insert into a values ($1, now())", "insert into a values ($1, now()), ($2, now())"],
    ["select $$a$$", "select $tag$ b $$ c $tag$"],
    ["select E'a\\'b'", "select E'c'"],
    ["select 1e5", "select 0x1F"],
    ["select a /* /* nested */ */ from b", "select a from b;"],
  ])("%s", (one, other) => {
    expect(formOf(one)).toBe(formOf(other));
  });
});

describe("others stay apart:", () => {
  test.each([
    ["select * from events_2026_01", "select * from events_2026_02"],
    ['select * from "A"', "select * from a"],
    ["select a - 5 from b", "select a + 5 from b"],
    ["select 1 from a where b = $1", "select 1 from a where b > $1"],
    ["select 1 from a limit 1", "select 1 from a offset 1"],
    ["select a->>'k' from b", "select a->'k' from b"],
  ])("%s", (one, other) => {
    expect(formOf(one)).not.toBe(formOf(other));
  });
});

test("any text has a form, and lists of any length one", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(formOf(`select 1 from a where b = ${text}`)).toBeTypeOf("string");
    }),
  );
  const literal = fc.oneof(
    fc.integer().map(String),
    fc.string().map((text) => `'${text.replaceAll("'", "''")}'`),
  );
  fc.assert(
    fc.property(fc.array(literal, { minLength: 1, maxLength: 20 }), (values) => {
      expect(formOf(`select a from b where c in (${values.join(", ")}) and d = 1`)).toBe(
        "select a from b where c in (?) and d = ?",
      );
    }),
  );
});

test("forms are remembered within a bound, however many texts come", () => {
  const cache = new FormCache();
  const form = cache.formOf("select 1");
  for (let number = 0; number < 10_000; number += 1)
    cache.formOf(`select ${number} from t${number}`);
  expect(cache.formOf("select 2")).toMatchObject({
    text: "select ?",
    fingerprint: form.fingerprint,
  });
});

describe("what a place is for:", () => {
  test.each([
    ["select a from b where c = $1", "key"],
    ["select a from b where $1 = c", "key"],
    ["select a from b where x.c = lower($1)", "key"],
    ["select a from b where c like $1", "pattern"],
    ["select a from b where c is not distinct from $1", "key"],
    ["select a from b where c @> $1", "key"],
    ["select a from b where (c, d) = ($1, 2)", "key key"],
    ["select a from f($1)", "key"],
    ["select a from b where c in ($1, $2)", "list list"],
    ["select a from b where c = any($1)", "list"],
    ["select a from b join (values ($1), ($2)) v (x) on v.x = b.x", "list list"],
    ["select a from b where c > $1 and d between 1 and $2", "range range range"],
    ["select a from b where (c, d) < ($1, $2)", "range range"],
    ["select a from b where c > now() - $1::interval", "range"],
    ["select a from b where c > now() - interval '1 day'", "range"],
    ["select a from b limit $1 offset 20", "limit offset"],
    ["select a from b fetch first 5 rows only", "limit"],
    ["select a, $1 from b", "output"],
    ["select a from b where d->>'k' = $1", "output key"],
    ["select exists (select 1 from b where c = $1)", "output key"],
  ])("%s", (sql, roles) => {
    expect(
      placeholdersOf(sql)
        .map(({ role }) => role)
        .join(" "),
    ).toBe(roles);
  });
});
