import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { formatArrayText, parseArrayText } from "../../src/snapshot/array-text.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres?.stop());

const element = fc.option(
  fc.string({
    unit: fc.oneof(
      fc.constantFrom('"', "\\", "{", "}", ",", " ", "N", "\n"),
      fc.string({ minLength: 1, maxLength: 1 }),
    ),
  }),
);

describe("the text form of arrays", () => {
  it("is read back as it was written", () => {
    fc.assert(
      fc.property(fc.array(element), (elements) => {
        expect(parseArrayText(formatArrayText(elements))).toEqual(elements);
      }),
    );
  });

  it("is read as PostgreSQL writes it", async () => {
    const arrays = fc.sample(
      fc.array(
        element.map((text) => text?.replaceAll("\0", "") ?? null),
        { minLength: 1 },
      ),
      300,
    );
    const rows = await postgres.query<{ text: string }>(
      "select array(select json_array_elements_text(a))::text as text from unnest($1::json[]) with ordinality as t (a, n) order by n",
      [arrays.map((elements) => JSON.stringify(elements))],
    );
    expect(rows.map(({ text }) => parseArrayText(text))).toEqual(arrays);
  });

  it("keeps nested arrays and unusual spacing", () => {
    expect(parseArrayText('{{1,2},{"a b",3}}')).toEqual(["{1,2}", '{"a b",3}']);
    expect(parseArrayText('{ a , "b" , null, NULL , "NULL" }')).toEqual([
      "a",
      "b",
      null,
      null,
      "NULL",
    ]);
    expect(parseArrayText("{}")).toEqual([]);
    expect(parseArrayText("")).toEqual([]);
    expect(parseArrayText('{""}')).toEqual([""]);
  });
});
