import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressOf, redact, redactDeeply, withoutPassword } from "../../src/secrets/redact.ts";

describe("redact", () => {
  test.each([
    ["postgresql://me:s3cret@db:5432/shop", "postgresql://me:***@db:5432/shop"],
    ["postgres://me:s3cret@db/shop?sslmode=require", "postgres://me:***@db/shop?sslmode=require"],
    ["postgresql://me:p@ss:w/rd@db/shop", "postgresql://me:***@db/shop"],
    ["postgresql://db/shop?user=me&password=s3cret", "postgresql://db/shop?user=me&password=***"],
    ["host=db password=s3cret user=me", "host=db password=*** user=me"],
    ["host=db password='s3 cret' user=me", "host=db password=*** user=me"],
    ["alter role me password 's3''cret' login", "alter role me password '***' login"],
    ["redis://:s3cret@cache:6379", "redis://:***@cache:6379"],
  ])("masks the password in %s", (text, masked) => {
    expect(redact(text)).toBe(masked);
  });

  test("leaves a text without a password as it is", () => {
    const text = "connect to postgresql://db.example:5432/shop as me: nothing listens there";
    expect(redact(text)).toBe(text);
  });

  test("lets no password of any shape through", () => {
    const passwords = fc
      .string({ minLength: 4, maxLength: 20 })
      .filter(
        (text) => /^[\w!$%^*()+,.:;=~@/-]+$/.test(text) && !"me@db/shop postgresql".includes(text),
      );
    fc.assert(
      fc.property(passwords, (password) => {
        expect(redact(`postgresql://me:${password}@db/shop`)).not.toContain(`:${password}@`);
        expect(redact(`see postgresql://me:${password}@db/shop and go`)).toBe(
          "see postgresql://me:***@db/shop and go",
        );
      }),
    );
  });

  test("masks every string of an object", () => {
    const masked = redactDeeply({ list: [{ url: "postgresql://me:s3cret@db/shop" }], count: 1 });
    expect(masked).toEqual({ list: [{ url: "postgresql://me:***@db/shop" }], count: 1 });
  });
});

test("the connection that is kept has a user and no password", () => {
  expect(withoutPassword("postgresql://me:s3cret@db:6000/shop?sslmode=require")).toBe(
    "postgresql://me@db:6000/shop?sslmode=require",
  );
  expect(withoutPassword("postgresql://db/shop?user=me&password=s3cret")).not.toContain("s3cret");
});

test("a database is named by host, port and name", () => {
  expect(addressOf("postgresql://me:s3cret@db.example/shop")).toBe("db.example:5432/shop");
  expect(addressOf("postgresql://me@127.0.0.1:6000/a%20b")).toBe("127.0.0.1:6000/a b");
});
