import { describe, expect, it } from "vitest";
import { LossPlanner } from "../../src/indexes/loss-without.ts";
import { mentions, renamed } from "../../src/indexes/mentions.ts";
import type { PlanNode } from "../../src/plans/plan.ts";
import type { RelationName, Snapshot } from "../../src/snapshot/snapshot.ts";
import type { WhatIf } from "../../src/what-if/what-if.ts";
import type { DeclinedStatement } from "../../src/workload/workload.ts";
import { snapshotOf, statementOf, workloadOf } from "../proof/scenario.ts";

const SONGS = { schema: "public", name: "songs" };
const BY_TITLE = { schema: "public", name: "songs_title" };

interface Asked {
  readonly text: string;
  readonly absent: readonly RelationName[];
}

function plan(cost: number, index: string | null = null, rows = 1): PlanNode {
  return {
    nodeType: index === null ? "Seq Scan" : "Index Scan",
    parentRelationship: null,
    joinType: null,
    strategy: null,
    schema: "public",
    relation: "songs",
    alias: "songs",
    index,
    scanDirection: null,
    indexCondition: null,
    filter: null,
    sortKeys: [],
    startupCost: 0,
    totalCost: cost,
    rows,
    width: 8,
    children: [],
  };
}

/** A planner that answers by what is absent. */
function planner(answer: (asked: Asked) => PlanNode | Error): Pick<WhatIf, "planMany"> {
  return {
    planMany: async (requests, { absent }) => requests.map(({ text }) => answer({ text, absent })),
  };
}

function snapshotWith(...names: readonly string[]): Snapshot {
  const known = snapshotOf(
    ...names.map((name) => ({ schema: "public", name, columns: ["id", "title"] })),
  );
  const relations = known.relations.map((relation) => ({
    ...relation,
    dependsOn: [],
    inherits: [],
    partitionOf: null,
  }));
  return { ...known, relations, indexes: [] };
}

const search = () => statementOf("select id from songs where title = $1", [SONGS], [["x"]]);

describe("without an index", () => {
  it.each([
    ["costs more", plan(100)],
    ["cannot be planned", new Error("there is no unique or exclusion constraint")],
  ])("a statement that read it %s", async (kind, after) => {
    const whatIf = planner(({ absent }) => (absent.length === 0 ? plan(8, "songs_title") : after));
    const input = { workload: workloadOf(await search()), snapshot: snapshotWith("songs"), whatIf };
    const { losses, planned } = await new LossPlanner(input).without(SONGS, [BY_TITLE]);
    expect(losses).toMatchObject([{ kind, costBefore: 8 }]);
    expect(planned).toHaveLength(1);
  });

  it("a statement that never read it, and has another plan, was estimated by it", async () => {
    const whatIf = planner(({ absent }) => plan(100, null, absent.length === 0 ? 5 : 500));
    const input = { workload: workloadOf(await search()), snapshot: snapshotWith("songs"), whatIf };
    const { losses } = await new LossPlanner(input).without(SONGS, [BY_TITLE]);
    expect(losses).toMatchObject([{ kind: "estimated otherwise" }]);
  });

  it("a statement that another index serves at nearly the cost loses nothing that is tolerated", async () => {
    const whatIf = planner(({ absent }) =>
      absent.length === 0 ? plan(100, "songs_title") : plan(103, "songs_title_id"),
    );
    const input = { workload: workloadOf(await search()), snapshot: snapshotWith("songs"), whatIf };
    const losing = new LossPlanner(input);
    expect((await losing.without(SONGS, [BY_TITLE], 1.05)).losses).toEqual([]);
    expect((await losing.without(SONGS, [BY_TITLE])).losses).toHaveLength(1);
  });

  it("what cannot be planned today is no evidence that it loses nothing", async () => {
    const whatIf = planner(() => new Error("no such type"));
    const input = { workload: workloadOf(await search()), snapshot: snapshotWith("songs"), whatIf };
    const { unplanned } = await new LossPlanner(input).without(SONGS, [BY_TITLE]);
    expect(unplanned).toMatchObject([{ why: "no such type" }]);
  });

  it("what names the table and could not be read is none either", async () => {
    const declined: DeclinedStatement = {
      text: "select * from songs where titl",
      calls: 1,
      totalMs: 1,
      reason: "text cut off",
      explanation: "its end is missing",
    };
    const workload = { ...workloadOf(), declined: [declined] };
    const input = { workload, snapshot: snapshotWith("songs"), whatIf: planner(() => plan(1)) };
    const losing = new LossPlanner(input);
    expect((await losing.without(SONGS, [BY_TITLE])).unplanned).toHaveLength(1);
    const others = { schema: "public", name: "song" };
    expect((await losing.without(others, [])).unplanned).toEqual([]);
  });

  it("a statement on a sibling table, with which it shares its fingerprint, is planned on this one", async () => {
    const may = { schema: "public", name: "logs_2026_05" };
    const june = { schema: "public", name: "logs_2026_06" };
    const asked: string[] = [];
    const whatIf = planner(({ text, absent }) => {
      asked.push(text);
      return absent.length === 0 ? plan(8, "logs_2026_06_level") : plan(99);
    });
    const statement = await statementOf(
      "select * from logs_2026_05 where level = $1",
      [may],
      [["e"]],
    );
    const input = {
      workload: workloadOf(statement),
      snapshot: snapshotWith("logs_2026_05", "logs_2026_06"),
      whatIf,
    };
    const gone = { schema: "public", name: "logs_2026_06_level" };
    const { losses } = await new LossPlanner(input).without(june, [gone]);
    expect(new Set(asked)).toEqual(new Set(["select * from logs_2026_06 where level = $1"]));
    expect(losses).toHaveLength(1);
  });
});

it("a name is found as a word of its own", () => {
  expect(mentions("/*+ IndexScan(s songs_title) */", "songs_title")).toBe(true);
  expect(mentions('cluster songs using "songs_title"', "songs_title")).toBe(true);
  expect(mentions("select songs_title_id", "songs_title")).toBe(false);
  expect(renamed("a from t1, at1, t1.b", "t1", "t2")).toBe("a from t2, at1, t2.b");
});
