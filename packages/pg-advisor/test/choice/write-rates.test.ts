import { expect, it } from "vitest";
import { touchesColumn } from "../../src/choice/index-columns.ts";

const KEY = { column: "status", expression: null };

it("an update touches an index by its keys, what it carries, its expressions and its predicate", () => {
  const plain = { keys: [KEY], include: ["note"], predicate: null };
  expect(touchesColumn(plain, new Set(["status"]))).toBe(true);
  expect(touchesColumn(plain, new Set(["note"]))).toBe(true);
  expect(touchesColumn(plain, new Set(["other"]))).toBe(false);
  const special = {
    keys: [{ column: null, expression: "lower(email)" }],
    predicate: "deleted_at is null",
  };
  expect(touchesColumn(special, new Set(["email"]))).toBe(true);
  expect(touchesColumn(special, new Set(["deleted_at"]))).toBe(true);
  expect(touchesColumn(special, new Set(["deleted", "mail"]))).toBe(false);
});
