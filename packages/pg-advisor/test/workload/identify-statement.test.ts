import { describe, expect, test } from "vitest";
import { identifyStatement } from "../../src/workload/identify-statement.ts";

describe("a statement's identity", () => {
  test("is the same for statements that differ in literals alone", () => {
    const one = identifyStatement("select * from users where id = 7 and city = 'Zürich'");
    const other = identifyStatement("select * from users where id = $1 and city = $2");
    expect(one.kind).toBe("workload");
    expect(one).toEqual(other);
  });

  test.each([
    ["create user app password 'geheim'", "utility"],
    ["alter role app with password 'geheim' valid until '2030-01-01'", "utility"],
    ["do $$ begin perform login('geheim'); end $$", "utility"],
    ["select * from t where name = 'geheim", "unread"],
    ["select * from t where note = $tag$geheim", "unread"],
    ["/* streamgate */ select 'geheim'", "own"],
  ])("%s is shown without its literals", (text, kind) => {
    const identity = identifyStatement(text);
    expect(identity.kind).toBe(kind);
    expect(identity.text).not.toContain("geheim");
    expect(identity.fingerprint).toMatch(/^[0-9a-f]{16}$/);
  });
});
