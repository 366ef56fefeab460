import { afterAll, beforeAll, expect, test } from "vitest";
import { TRAPS } from "../../../../test/support/rewrite-corpus/traps.ts";
import { openShop, type Shop } from "./shop.ts";

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

test.each(TRAPS)("a rewriting that forgets $forgets is found out", async ({ original, wrong }) => {
  const proofs = await shop.prove(original, [wrong, original], 250);
  expect(proofs.map(({ outcome }) => outcome)).toEqual(["different", "equal"]);
});

test("a counter-example holds the rows on which the results differ", async () => {
  const [proof] = await shop.prove(
    "select distinct title from posts",
    ["select title from posts"],
    400,
  );
  if (proof?.outcome !== "different") throw new Error(`it is ${proof?.outcome}`);
  const posts = proof.counterExample.tables.find(({ table }) => table === "posts");
  const title = posts?.columns.indexOf("title") ?? -1;
  const titles = posts?.rows.map((row) => row[title]) ?? [];
  expect(new Set(titles).size).toBeLessThan(titles.length);
});

test("which of tied rows a LIMIT lets through is open, and no difference", async () => {
  const [proof] = await shop.prove(
    "select id, views from posts order by views limit 2",
    [
      "select id, views from (select id, views from posts order by id desc) p order by views limit 2",
    ],
    200,
  );
  expect(proof).toMatchObject({ outcome: "equal" });
});

test("a rewriting with other column names or types is not called equal", async () => {
  const proofs = await shop.prove(
    "select count(*) as n from posts",
    ["select count(*) from posts", "select count(*)::int as n from posts"],
    50,
  );
  expect(proofs.map(({ outcome }) => outcome)).toEqual(["not run", "not run"]);
});

test("parameters are drawn too, nulls among them", async () => {
  const proofs = await shop.prove(
    "select id from posts where author_id = $1 and views > $2",
    [
      "select id from posts where views > $2 and author_id = $1",
      "select id from posts where author_id = $1 and views >= $2",
    ],
    300,
  );
  expect(proofs.map(({ outcome }) => outcome)).toEqual(["equal", "different"]);
});
