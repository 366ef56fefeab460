import { drizzle } from "drizzle-orm/node-postgres";
import knex from "knex";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import {
  parseRequestLine,
  RequestAdvisor,
  requestLine,
  type TracedRequest,
  traceStatements,
} from "../../src/index.ts";
import { DRIZZLE_LOOPS } from "./loops/drizzle-loops.ts";
import { KNEX_LOOPS } from "./loops/knex-loops.ts";
import { PG_LOOPS } from "./loops/pg-loops.ts";
import type { Scenario, Shop } from "./scenario.ts";
import { SHOP_SQL } from "./shop.ts";
import { DRIZZLE_TRAPS } from "./traps/drizzle-traps.ts";
import { KNEX_TRAPS } from "./traps/knex-traps.ts";
import { PG_TRAPS } from "./traps/pg-traps.ts";

const LIBRARIES: Readonly<Record<string, readonly Scenario[]>> = {
  pg: [...PG_LOOPS, ...PG_TRAPS],
  knex: [...KNEX_LOOPS, ...KNEX_TRAPS],
  drizzle: [...DRIZZLE_LOOPS, ...DRIZZLE_TRAPS],
};
const CORPUS: readonly (readonly [name: string, scenario: Scenario])[] = Object.entries(
  LIBRARIES,
).flatMap(([library, scenarios]) =>
  scenarios.map((scenario) => [`${library}: ${scenario.name}`, scenario] as const),
);
const LEAST = 0.98;

let postgres: TestPostgres;
let shop: Shop;
/** With the stack of every call, and as a service would have it. */
const withStacks = new Map<string, TracedRequest>();
const inService = new Map<string, TracedRequest>();
const byPromises = new Map<string, TracedRequest>();

beforeAll(async () => {
  postgres = await startTestPostgres();
  await postgres.query(SHOP_SQL);
  const pool = new pg.Pool({ connectionString: postgres.url(), max: 4 });
  pool.on("error", () => undefined);
  shop = {
    pool,
    knex: knex({ client: "pg", connection: postgres.url(), pool: { min: 0, max: 4 } }),
    drizzle: drizzle(pool),
  };
  await traceCorpus("every-call", withStacks);
  await traceCorpus("repeated", inService);
  await traceCorpus("repeated", byPromises, "promises");
});
afterAll(async () => {
  await shop?.knex.destroy();
  await shop?.pool.end();
  await postgres?.stop();
});

async function traceCorpus(
  callSites: "every-call" | "repeated",
  traced: Map<string, TracedRequest>,
  follows: "everything" | "promises" = "everything",
): Promise<void> {
  const onRequest = (request: TracedRequest): void => void traced.set(request.name, request);
  const tracing = traceStatements({
    pg,
    callSites,
    follows,
    onRequest,
    requestsPerSecond: Number.POSITIVE_INFINITY,
  });
  for (const [name, scenario] of CORPUS) await tracing.runRequest(name, () => scenario.run(shop));
  tracing.stop();
}

/** The texts that are called N+1 in a request. */
function foundIn(request: TracedRequest): readonly string[] {
  const advisor = new RequestAdvisor();
  advisor.add(request);
  return advisor
    .findings(new Date(0))
    .filter(({ kind }) => kind === "query/n-plus-one")
    .flatMap(({ statements }) => statements.map(({ text }) => text));
}

interface Score {
  right: number;
  wrong: string[];
  missed: string[];
}

function scoreOf(traced: ReadonlyMap<string, TracedRequest>): Score {
  const score: Score = { right: 0, wrong: [], missed: [] };
  for (const [name, { loops }] of CORPUS) {
    const request = traced.get(name);
    if (request === undefined) throw new Error(`${name} asked nothing`);
    const texts = foundIn(request);
    for (const expected of loops) {
      if (texts.some((text) => expected.test(text))) score.right += 1;
      else score.missed.push(`${name}: ${expected}`);
    }
    for (const text of texts) {
      if (!loops.some((expected) => expected.test(text))) score.wrong.push(`${name}: ${text}`);
    }
  }
  return score;
}

function seenAs(see: (request: TracedRequest) => TracedRequest): Map<string, TracedRequest> {
  return new Map([...withStacks].map(([name, request]) => [name, see(request)]));
}

function withoutStacks(request: TracedRequest): TracedRequest {
  const statements = request.statements.map((each) => ({ ...each, stack: undefined }));
  return parseRequestLine(requestLine({ ...request, statements }), 1);
}

describe(`${CORPUS.length} requests through pg, Knex and Drizzle, half of them traps`, () => {
  const views: readonly (readonly [string, number, () => ReadonlyMap<string, TracedRequest>])[] = [
    ["with the stack of every call", LEAST, () => withStacks],
    ["as a service traces, with few stacks", LEAST, () => inService],
    ["where only promises are followed", LEAST, () => byPromises],
    [
      "from a recording with hashed values",
      LEAST,
      () => seenAs((request) => parseRequestLine(requestLine(request, "salt"), 1)),
    ],
    ["from a recording without stacks", LEAST, () => seenAs(withoutStacks)],
  ];

  test("whoever follows promises only sees the same statements in the same requests", () => {
    const seen = (traced: ReadonlyMap<string, TracedRequest>): readonly (readonly string[])[] =>
      [...traced].map(([name, { statements }]) => [
        name,
        ...statements.map(({ sql }) => sql.replace(/\d+/g, "n")).sort(),
      ]);
    expect(seen(byPromises)).toEqual(seen(inService));
  });

  test("there are at least 150 of them, and as many traps as loops", () => {
    const traps = CORPUS.filter(([, { loops }]) => loops.length === 0).length;
    expect(CORPUS.length).toBeGreaterThanOrEqual(150);
    expect(withStacks.size).toBe(CORPUS.length);
    expect(Math.abs(traps / CORPUS.length - 0.5)).toBeLessThan(0.1);
  });

  test.each(views)("N+1 found %s: precision and recall are at least %d", (view, least, seen) => {
    const { right, wrong, missed } = scoreOf(seen());
    const precision = right / (right + wrong.length);
    const recall = right / (right + missed.length);
    console.log(
      `N+1 found ${view}: precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)} (${right} right, ${wrong.length} wrong, ${missed.length} missed)`,
    );
    const isGood = precision >= least && recall >= least;
    expect({ wrong, missed, isGood }).toMatchObject({ isGood: true });
  });
});
