import fc from "fast-check";
import { expect, it } from "vitest";
import { upperBoundMs } from "../../src/choice/bound/upper-bound.ts";
import { bytesOf, type Contender } from "../../src/choice/configuration-value.ts";
import type { SearchInput } from "../../src/choice/exchange-indexes.ts";
import { searchIndexes } from "../../src/choice/search.ts";
import { drawModel, openModel, plannerOf, setsWithin } from "./pure-cost-model.ts";

const MB = 1024 ** 2;

async function netOf({ value }: SearchInput, set: readonly Contender[]): Promise<number> {
  return (await value.step([], set, value.touchedBy(set))).netMs;
}

async function optimumOf(search: SearchInput): Promise<number> {
  const { contenders, options } = search;
  let best = 0;
  for (const set of setsWithin(contenders, options.budgetBytes, options.indexesAtMost))
    best = Math.max(best, await netOf(search, set));
  return best;
}

function boundOf(search: SearchInput, foundMs: number): number {
  const { contenders, ladders, options, value } = search;
  return upperBoundMs({
    ladders,
    items: contenders.map((one) => ({
      id: one.id,
      sizeBytes: one.sizeBytes,
      upkeepMs: value.upkeepOf(one),
    })),
    budgetBytes: options.budgetBytes,
    indexesAtMost: options.indexesAtMost,
    besidesMs: 0,
    foundMs,
  });
}

const INSTANCE = fc.record({
  seed: fc.integer(),
  indexes: fc.integer({ min: 1, max: 8 }),
  statements: fc.integer({ min: 1, max: 7 }),
  budgetBytes: fc.oneof(
    fc.constant(Number.POSITIVE_INFINITY),
    fc.integer({ min: 0, max: 300 }).map((size) => size * MB),
  ),
  indexesAtMost: fc.integer({ min: 1, max: 8 }),
});

it("finds sets that are within the limits, and the bound is never below the best of all sets", async () => {
  const shares: number[] = [];
  const gaps: number[] = [];
  await fc.assert(
    fc.asyncProperty(INSTANCE, async (drawn) => {
      const { budgetBytes, indexesAtMost } = drawn;
      const model = drawModel(drawn.seed, drawn.indexes, drawn.statements);
      const { search } = await openModel(model, { budgetBytes, indexesAtMost });
      const { chosen } = await searchIndexes(search);
      expect(bytesOf(chosen)).toBeLessThanOrEqual(budgetBytes);
      expect(chosen.length).toBeLessThanOrEqual(indexesAtMost);
      const found = await netOf(search, chosen);
      const best = await optimumOf(search);
      const bound = boundOf(search, found);
      expect(found).toBeLessThanOrEqual(best + 1e-6);
      expect(bound).toBeGreaterThanOrEqual(best - 1e-6);
      if (best > 0) {
        shares.push(found / best);
        gaps.push(1 - best / bound);
      }
    }),
    { numRuns: 300, seed: 6 },
  );
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, one) => sum + one, 0) / values.length;
  expect(mean(shares)).toBeGreaterThan(0.99);
  expect(Math.min(...shares)).toBeGreaterThan(0.8);
  expect(mean(gaps)).toBeLessThan(0.2);
});

it("knows from plans of other worlds what the planner would say in this one", async () => {
  let saved = 0;
  let asked = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const model = drawModel(seed, 6, 4);
      const { search, book } = await openModel(model, {});
      const planner = plannerOf(model);
      for (const set of setsWithin(model.contenders, Number.POSITIVE_INFINITY, 6)) {
        const questions = model.statements.map((traced) => search.value.question(traced, set));
        await book.ask(questions);
        const truth = await planner.planMany(
          model.statements.map(({ statement: { text } }) => ({ text, sample: "generic" as const })),
          { present: set.map(({ id }) => id), absent: [] },
        );
        const answers = questions.map((question) => {
          const answer = book.answer(question);
          return answer instanceof Error ? answer : answer?.cost;
        });
        expect(answers).toEqual(
          truth.map((plan) => (plan instanceof Error ? plan : plan.totalCost)),
        );
      }
      saved += book.callsSaved;
      asked += book.plannerCalls;
    }),
    { numRuns: 60, seed: 6 },
  );
  expect(saved).toBeGreaterThan(asked);
});

it("stops when the plans that are allowed are used up, with the best set so far and a bound that holds", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer(), fc.integer({ min: 0, max: 40 }), async (seed, allowed) => {
      const model = drawModel(seed, 7, 6);
      const { search } = await openModel(model, { plannerCallsAtMost: allowed, indexesAtMost: 3 });
      const { chosen } = await searchIndexes(search);
      const free = await openModel(model, { indexesAtMost: 3 });
      const found = await netOf(free.search, chosen);
      expect(found).toBeGreaterThanOrEqual(0);
      expect(boundOf(search, found)).toBeGreaterThanOrEqual((await optimumOf(free.search)) - 1e-6);
    }),
    { numRuns: 80, seed: 6 },
  );
});

it("finds the same for the same world", async () => {
  const model = drawModel(3, 8, 7);
  const runs = [1, 2].map(async () => {
    const { search } = await openModel(model, { budgetBytes: 200 * MB });
    return (await searchIndexes(search)).chosen.map(({ id }) => id);
  });
  const [one, other] = await Promise.all(runs);
  expect(one).toEqual(other);
});
