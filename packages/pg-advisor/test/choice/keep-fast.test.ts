import { expect, it } from "vitest";
import { keepFast } from "../../src/choice/keep-fast.ts";
import { searchIndexes } from "../../src/choice/search.ts";
import type { PlanNode } from "../../src/plans/plan.ts";
import type { WhatIf } from "../../src/what-if/what-if.ts";
import { planOf } from "./imagined-planner.ts";
import { drawModel, openModel, type PureModel, tracedStatement } from "./pure-cost-model.ts";

const TABLE = new Set(["a"]);

/** One index that helps one statement, and lures another one into a loop whose rounds are a guess. */
function luringModel(helpedMsPerHour: number): PureModel {
  const [contender] = drawModel(1, 1, 1).contenders;
  if (contender === undefined) throw new Error("nothing was drawn");
  return {
    contenders: [{ ...contender, table: "a", writeMsPerHour: 0 }],
    statements: [
      tracedStatement("helped", TABLE, helpedMsPerHour),
      tracedStatement("lured", TABLE, 10_000),
    ],
    plansOf: new Map(),
  };
}

const planner: Pick<WhatIf, "planMany"> = {
  planMany: async (requests, { present: [index] }) =>
    requests.map(({ text }) => {
      if (index === undefined) return planOf(1_000);
      return text.includes("helped") ? planOf(10, [index]) : guessedLoop(index);
    }),
};

/** Cheaper than 1,000 by the planner's count of two rounds; by four conditions taken to be independent it may be any number. */
function guessedLoop(index: string): PlanNode {
  const outer: PlanNode = {
    ...planOf(100),
    nodeType: "Seq Scan",
    relation: "a",
    rows: 2,
    filter: "((x = 1) AND (y = 2) AND (z = 3) AND (u = 4) AND (v = 5))",
    parentRelationship: "Outer",
  };
  const inner: PlanNode = {
    ...planOf(400),
    nodeType: "Index Scan",
    relation: "b",
    index,
    parentRelationship: "Inner",
  };
  return { ...planOf(900), nodeType: "Nested Loop", children: [outer, inner] };
}

it("takes an index out that lures a statement into a loop that may run far more often than the planner thinks", async () => {
  const { search } = await openModel(luringModel(20_000), {}, planner);
  const kept = await keepFast(search, search.contenders);
  expect(kept.chosen).toEqual([]);
  expect([...kept.leftOut.values()][0]?.ratio).toBeGreaterThan(5);
  expect((await searchIndexes(search)).chosen).toEqual([]);
});

it("keeps an index that saves many times what another statement may lose, and lists that one", async () => {
  const { search } = await openModel(luringModel(100_000_000), {}, planner);
  const kept = await keepFast(search, (await searchIndexes(search)).chosen);
  expect(kept.chosen).toHaveLength(1);
  expect(kept.slowed.map(({ traced }) => traced.statement.text)).toEqual(["select lured from a"]);
});

it("leaves alone what slows nothing down", async () => {
  const model = drawModel(5, 6, 5);
  const { search } = await openModel(model, {});
  const { chosen } = await searchIndexes(search);
  expect(await keepFast(search, chosen)).toMatchObject({ chosen, slowed: [] });
});
