import { afterAll, beforeAll, expect, test } from "vitest";
import { SHOP_STATEMENTS } from "../../../../test/support/rewrite-corpus/shop-statements.ts";
import { REWRITE_RULES } from "../../src/rewrites/rules/all-rules.ts";
import { searchRewrites } from "../../src/rewrites/search/search-rewrites.ts";
import { deparseFaithfully } from "../../src/rewrites/tree/deparse.ts";
import { nodeOf } from "../../src/workload/parse-statement.ts";
import { openShop, type Shop } from "./shop.ts";

let shop: Shop;

beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

test.each(SHOP_STATEMENTS)("$name", async ({ sql, rule }) => {
  const search = searchRewrites(sql, shop.catalogue);
  const rewritings = search.outcome === "searched" ? search.rewritings : [];
  const rules = new Set(rewritings.flatMap(({ steps }) => steps.map((step) => step.rule)));
  if (rule === null) expect([...rules]).toEqual([]);
  else expect([...rules]).toContain(rule);
  if (rewritings.length === 0) return;
  const texts = rewritings.map(({ text }) => text);
  const proofs = await shop.prove(sql, texts, 30);
  expect(proofs.map(({ outcome }) => outcome)).toEqual(texts.map(() => "equal"));
});

test("every rule has its statement", () => {
  const tried = new Set(SHOP_STATEMENTS.map(({ rule }) => rule));
  const untried = REWRITE_RULES.filter(
    ({ name }) =>
      !tried.has(name) &&
      name !== "restrict-grouped-subquery" &&
      name !== "materialise-common-table",
  );
  expect(untried.map(({ name }) => name)).toEqual([]);
  expect(REWRITE_RULES.length).toBeGreaterThanOrEqual(30);
});

test("every statement is read, written and read again as the same tree", () => {
  const changed = SHOP_STATEMENTS.filter(({ sql }) => {
    const node = nodeOf(sql);
    return node === undefined || deparseFaithfully(node) === null;
  });
  expect(changed.map(({ name }) => name)).toEqual([]);
});

test.each([
  [
    "integers are not added for rows that the original never reads, where they might overflow",
    "select u.id, u.name, sum(p.views + 1) from users u join posts p on p.author_id = u.id where u.id = 3 group by u.id, u.name",
  ],
  [
    "nothing is divided for rows that the original never reads",
    "select id from users u where u.karma > (select max(100 / o.id) from orders o where o.user_id = u.id)",
  ],
  [
    "an arm of an OR that keeps the other from failing stays before it",
    "select id from posts where author_id = 0 or 10 / author_id = views",
  ],
])("%s", (_, sql) => {
  const search = searchRewrites(sql, shop.catalogue);
  const rules =
    search.outcome === "searched" ? search.rewritings.flatMap(({ steps }) => steps) : [];
  expect(rules.map(({ rule }) => rule).filter((rule) => rule !== "redundant-group-keys")).toEqual(
    [],
  );
});
