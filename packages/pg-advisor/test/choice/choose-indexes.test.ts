import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { describeDefinition } from "../../src/candidates/definition-sql.ts";
import { generateCandidates } from "../../src/candidates/generate-candidates.ts";
import type { Choice } from "../../src/choice/choice.ts";
import { chooseIndexes } from "../../src/choice/choose-indexes.ts";
import type { ChoiceOptions } from "../../src/choice/options.ts";
import { portrayIndexes } from "../../src/indexes/index-portrait.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import type { Statement, Workload } from "../../src/workload/workload.ts";
import { workloadOf } from "../candidates/workload-of.ts";
import { quietContext } from "../twin-support.ts";
import { type ImaginedCosts, imaginedPlanner } from "./imagined-planner.ts";

let postgres: TestPostgres;
let snapshot: Snapshot;
beforeAll(async () => {
  postgres = await startTestPostgres();
  await postgres.query(`create table songs (id int primary key, artist int, year int, genre text);
    insert into songs select g, g % 900, g % 60, 'jazz' from generate_series(1, 20000) g; analyze songs`);
  snapshot = await readSnapshot(postgres.url());
});
afterAll(() => postgres?.stop());

type Traffic = readonly (readonly [text: string, own: Partial<Statement>])[];

function workload(traffic: Traffic): Workload {
  const made = workloadOf(traffic.map(([text]) => text));
  const statements = made.statements.map((statement, index) => {
    const own = { calls: 1_000, meanMs: 10, ...traffic[index]?.[1] };
    return { ...statement, ...own, totalMs: own.calls * own.meanMs, rows: own.calls };
  });
  return { ...made, statements };
}

async function choose(
  traffic: Traffic,
  costs: ImaginedCosts,
  options: ChoiceOptions = {},
  sizeBytes?: (definition: string) => number,
): Promise<Choice> {
  const work = workload(traffic);
  const { candidates } = generateCandidates(work, snapshot);
  const whatIf = imaginedPlanner(costs, sizeBytes);
  const choice = await chooseIndexes({
    workload: work,
    snapshot,
    candidates,
    whatIf,
    context: quietContext(),
    options,
  });
  expect(choice.plannerCalls).toBe(whatIf.calls);
  expect(choice.chosen.length + choice.declined.length).toBe(candidates.length);
  return choice;
}

function namesOf({ chosen }: Choice): readonly string[] {
  return chosen.map(({ candidate }) =>
    describeDefinition(candidate.definition).replace("public.", ""),
  );
}

function reasonFor({ declined }: Choice, columns: string): string | undefined {
  return declined.find(({ candidate }) => candidate.endsWith(`btree (${columns})`))?.reason;
}

const BY_ARTIST = "select * from songs where artist = $1";
const BY_YEAR = "select * from songs where year = $1";
const BY_BOTH = "select * from songs where artist = $1 and year = $2";

/** The cheapest of the listed indexes that are there, else 100. */
function cheapest(costs: Readonly<Record<string, number>>, present: readonly string[]): number {
  return Math.min(100, ...present.map((name) => costs[name] ?? 100));
}

describe("the choice", () => {
  it("expects the measured mean times the ratio of the calibrated times, of which a start is no plan's", async () => {
    const choice = await choose([[BY_ARTIST, { calls: 3_600, meanMs: 20 }]], (_, present) =>
      cheapest({ "songs (artist)": 5 }, present),
    );
    const [chosen] = choice.chosen;
    expect(chosen?.savedMsPerHour).toBeCloseTo(3_600 * 19, -2);
    expect(chosen?.writeCostMsPerHour).toBe(0);
    expect(chosen?.gains).toMatchObject([{ costBefore: 100, costAfter: 5, meanBeforeMs: 20 }]);
    expect(chosen?.gains[0]?.expectedMeanMs).toBeCloseTo(1, 1);
    expect(chosen?.saved?.low).toBeLessThan(chosen?.savedMsPerHour ?? 0);
    expect(chosen?.saved?.high).toBeGreaterThan(chosen?.savedMsPerHour ?? 0);
    expect(choice.bound?.gap).toBeLessThan(0.05);
  });

  it("prefers one index that serves two statements to two that serve one each", async () => {
    const choice = await choose(
      [
        [BY_ARTIST, { calls: 1_000 }],
        [BY_BOTH, { calls: 1_000 }],
      ],
      (text, present) =>
        cheapest(
          text === BY_ARTIST
            ? { "songs (artist)": 5, "songs (artist, year)": 5.1 }
            : { "songs (artist)": 9, "songs (artist, year)": 3, "songs (year)": 60 },
          present,
        ),
    );
    expect(namesOf(choice)).toEqual(["songs (artist, year)"]);
    expect(reasonFor(choice, "artist")).toBe("better-index-chosen");
  });

  it("takes two where each saves what the other cannot", async () => {
    const choice = await choose(
      [
        [BY_ARTIST, {}],
        [BY_YEAR, {}],
      ],
      (text, present) =>
        cheapest(text === BY_ARTIST ? { "songs (artist)": 5 } : { "songs (year)": 5 }, present),
    );
    expect(namesOf(choice).toSorted()).toEqual(["songs (artist)", "songs (year)"]);
    expect(choice.chosen.reduce((sum, { savedMsPerHour }) => sum + savedMsPerHour, 0)).toBeCloseTo(
      19_000,
      -2,
    );
  });

  it("takes two that only help together, because one plan reads both", async () => {
    const choice = await choose([[BY_BOTH, {}]], (_, present) =>
      present.includes("songs (artist)") && present.includes("songs (year)") ? 2 : 100,
    );
    expect(namesOf(choice).toSorted()).toEqual(["songs (artist)", "songs (year)"]);
    for (const { gains } of choice.chosen) expect(gains).toHaveLength(1);
  });
});

describe("a candidate is declined", () => {
  it("when no plan uses it", async () => {
    const choice = await choose([[BY_ARTIST, {}]], () => 100);
    expect(choice.chosen).toEqual([]);
    expect(reasonFor(choice, "artist")).toBe("no-plan-uses-it");
  });

  it("when what it saves is a trifle of the workload", async () => {
    const choice = await choose(
      [
        [BY_ARTIST, { calls: 10, meanMs: 5 }],
        ["select genre from songs", { calls: 10_000, meanMs: 50 }],
      ],
      (text, present) => (text === BY_ARTIST ? cheapest({ "songs (artist)": 5 }, present) : 100),
      { shareOfTimeWeighed: 1 },
    );
    expect(choice.chosen).toEqual([]);
    expect(reasonFor(choice, "artist")).toBe("gain-too-small");
  });

  it("when writers would pay more than readers gain", async () => {
    const choice = await choose(
      [
        [BY_ARTIST, { calls: 100, meanMs: 20 }],
        ["insert into songs values ($1, $2, $3, $4)", { calls: 1_000_000, meanMs: 0.01 }],
      ],
      (text, present) => (text === BY_ARTIST ? cheapest({ "songs (artist)": 5 }, present) : 1),
    );
    expect(choice.chosen).toEqual([]);
    expect(reasonFor(choice, "artist")).toBe("write-cost-exceeds-gain");
    expect(choice.declined[0]?.explanation).toMatch(/1\.9 s an hour.*10 s an hour/);
  });

  it("when it does not fit the budget, and a smaller one is taken for it", async () => {
    const choice = await choose(
      [
        [BY_ARTIST, {}],
        [BY_YEAR, { calls: 500 }],
      ],
      (text, present) =>
        cheapest(text === BY_ARTIST ? { "songs (artist)": 5 } : { "songs (year)": 5 }, present),
      { budgetBytes: 5 * 1024 ** 2 },
      (definition) => (definition === "songs (artist)" ? 8 : 3) * 1024 ** 2,
    );
    expect(namesOf(choice)).toEqual(["songs (year)"]);
  });

  it("when the limit of indexes is reached", async () => {
    const choice = await choose(
      [
        [BY_ARTIST, {}],
        [BY_YEAR, { calls: 500 }],
      ],
      (text, present) =>
        cheapest(text === BY_ARTIST ? { "songs (artist)": 5 } : { "songs (year)": 5 }, present),
      { indexesAtMost: 1 },
    );
    expect(namesOf(choice)).toEqual(["songs (artist)"]);
  });

  it("when the planner has been asked often enough", async () => {
    const choice = await choose(
      [
        [BY_ARTIST, {}],
        [BY_BOTH, {}],
      ],
      () => 100,
      { plannerCallsAtMost: 1 },
    );
    expect(choice.declined.every(({ reason }) => reason === "not-evaluated")).toBe(true);
  });

  it("when the time is over, and the bound then knows of nothing that could be left out", async () => {
    const choice = await choose(
      [[BY_ARTIST, { calls: 1_000 }]],
      (_, present) => cheapest({ "songs (artist)": 5 }, present),
      { timeMs: 0 },
    );
    expect(choice.chosen).toEqual([]);
    expect(choice.declined.every(({ reason }) => reason === "not-evaluated")).toBe(true);
    expect(choice.bound?.isComplete).toBe(false);
    expect(choice.bound?.boundMsPerHour).toBeGreaterThan(9_000);
  });

  it("when the twin could not make it", async () => {
    const choice = await choose(
      [[BY_ARTIST, {}]],
      () => 100,
      {},
      () => {
        throw new Error("no operator class");
      },
    );
    expect(choice.declined[0]).toMatchObject({
      reason: "not-evaluated",
      explanation: "It could not be made on the twin: no operator class",
    });
  });
});

describe("existing indexes", () => {
  /** The catalogue with one index on artist, which this constraint owns or none does. */
  function withIndex(constraint: string | null): Snapshot {
    const [primary] = snapshot.indexes;
    if (primary === undefined) throw new Error("no index");
    const made = {
      ...primary,
      name: "songs_artist_idx",
      definition: "CREATE INDEX songs_artist_idx ON public.songs USING btree (artist)",
      isUnique: false,
      isPrimary: false,
      constraint,
      keys: [{ column: "artist", expression: null, direction: "asc", nulls: "last" } as const],
      sizeBytes: 3_000_000,
    };
    return { ...snapshot, indexes: [...snapshot.indexes, made] };
  }

  async function replacedIn(constraint: string | null, ownUse = false): Promise<readonly string[]> {
    const standing = withIndex(constraint);
    const work = workload([
      [BY_BOTH, {}],
      [BY_ARTIST, {}],
    ]);
    const choice = await chooseIndexes({
      workload: work,
      snapshot: standing,
      candidates: generateCandidates(work, snapshot).candidates,
      whatIf: imaginedPlanner(
        (text, present, absent) =>
          text === BY_ARTIST && ownUse && absent.length > 0
            ? 30
            : cheapest({ "songs (artist, year)": text === BY_BOTH ? 3 : 20 }, present),
        undefined,
        ["songs_artist_idx"],
      ),
      context: quietContext(),
      existing: portrayIndexes(standing, [], new Map()),
    });
    return choice.chosen.flatMap(({ replaces = [] }) => replaces.map(({ name }) => name));
  }

  it("go where a chosen one serves all their searches", async () => {
    expect(await replacedIn(null)).toEqual(["songs_artist_idx"]);
  });

  it("stay where a constraint needs them", async () => {
    expect(await replacedIn("songs_artist_key")).toEqual([]);
  });

  it("stay where the planner would miss them", async () => {
    expect(await replacedIn(null, true)).toEqual([]);
  });
});

it("goes on where a statement cannot be planned", async () => {
  const choice = await choose(
    [
      [BY_ARTIST, {}],
      [BY_YEAR, {}],
    ],
    (text, present) =>
      text === BY_YEAR ? new Error("no") : cheapest({ "songs (artist)": 5 }, present),
  );
  expect(namesOf(choice)).toEqual(["songs (artist)"]);
});

it("tells what smaller budgets would buy, each point worth more than the one before", async () => {
  const { pareto = [] } = await choose(
    [
      [BY_ARTIST, {}],
      [BY_YEAR, { calls: 500 }],
    ],
    (text, present) =>
      cheapest(text === BY_ARTIST ? { "songs (artist)": 5 } : { "songs (year)": 5 }, present),
    { pareto: true },
    (definition) => (definition === "songs (artist)" ? 8 : 3) * 1024 ** 2,
  );
  expect(pareto.map(({ indexes }) => indexes.length)).toEqual([0, 1, 1, 2]);
  for (const { netMsPerHour, boundMsPerHour } of pareto)
    expect(boundMsPerHour).toBeGreaterThanOrEqual(netMsPerHour - 1e-6);
});

it("names a bad option and its value", async () => {
  await expect(
    choose([[BY_ARTIST, {}]], () => 100, { minimumShareOfStatement: 2 }),
  ).rejects.toThrow("minimumShareOfStatement = 2");
});

it("stops when it is aborted", async () => {
  const work = workload([[BY_ARTIST, {}]]);
  const { candidates } = generateCandidates(work, snapshot);
  const context = quietContext(AbortSignal.abort(new Error("enough")));
  await expect(
    chooseIndexes({
      workload: work,
      snapshot,
      candidates,
      whatIf: imaginedPlanner(() => 100),
      context,
    }),
  ).rejects.toThrow("enough");
});
