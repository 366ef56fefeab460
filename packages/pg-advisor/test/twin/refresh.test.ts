import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nastySchema } from "../../../../test/support/nasty/schema.ts";
import { NASTY_STATEMENTS } from "../../../../test/support/nasty/statements.ts";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import type { PlanNode } from "../../src/plans/plan.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { createTwin, type Twin } from "../../src/what-if/twin/twin.ts";
import { candidate, quietContext, snapshotOf, temporaryFolder, withTwin } from "../twin-support.ts";

const AS_IT_IS = { present: [], absent: [] };
const WITHOUT_VALUES = { values: [], weight: 1, origin: "given" } as const;

let watched: TestPostgres;
let folder: string;
/** One twin, which follows every change. */
let twin: Twin;

beforeAll(async () => {
  watched = await startTestPostgres({
    settings: { autovacuum: "off" },
    hasStatementCounters: false,
  });
  await watched.createDatabase("nasty");
  await watched.query(nastySchema(18, "nasty"), undefined, "nasty");
  folder = await temporaryFolder();
  twin = await createTwin({
    snapshot: await snapshot(),
    folder: join(folder, "twin"),
    sharedFolder: "/tmp/streamgate-test-shared",
    context: quietContext(),
  });
});
afterAll(async () => {
  await twin?.close();
  await watched.stop();
  await rm(folder, { recursive: true, force: true });
});

const change = (sql: string) => watched.query(sql, undefined, "nasty");
const snapshot = (): Promise<Snapshot> => snapshotOf(watched.url("nasty"));

/** Plans or reasons of every statement. */
async function answersOf(
  twin: Twin,
  more: readonly string[] = [],
): Promise<readonly (PlanNode | string)[]> {
  const requests = [...NASTY_STATEMENTS, ...more].map((text) => ({ text, sample: WITHOUT_VALUES }));
  const answers = await twin.planMany(requests, AS_IT_IS);
  return answers.map((answer) => (answer instanceof Error ? answer.message : answer));
}

/** What changes, in words, and how the twin may follow it. */
const CHANGES: readonly {
  readonly what: string;
  readonly sql: string;
  readonly how: "by difference" | "anew";
  readonly more?: readonly string[];
}[] = [
  {
    what: "rows, statistics, indexes and settings",
    sql: `update "select"."Order" set share = share / 2, tags = array['rare' || "group"] where "group" % 3 = 0;
      delete from parent where id < 500; analyze "select"."Order"; analyze parent;
      create index order_share on "select"."Order" (share, "group"); drop index "select".order_nick;
      create index on "Mixed Case"."Audit Log" ("user"); drop index child_extra;
      alter database nasty set random_page_cost = 6; alter database nasty set enable_hashjoin = off`,
    how: "by difference",
    more: [`select * from "select"."Order" where share = 3 order by "group" limit 3`],
  },
  {
    what: "columns, tables, views, foreign keys, partitions, statistics targets and extended statistics",
    sql: `alter table parent add column added integer default 7; analyze parent;
      create table newcomers (id integer primary key, parent integer); insert into newcomers select i, i % 40 from generate_series(1, 7000) as i;
      alter table "Mixed Case"."Audit Log" add column newcomer integer references newcomers;
      create view seen as select n.id, p.name from newcomers n join parent p on p.id = n.parent; analyze newcomers;
      create table events_2023 partition of events for values from ('2023-01-01Z') to ('2024-01-01Z');
      alter table events detach partition "Events 2025"; analyze events;
      alter table "select"."Order" alter column share set statistics 500; drop statistics archive.moods;
      create statistics archive.others (mcv) on "User", feeling from "select"."Order"; analyze "select"."Order";
      drop view archive.on_materialized`,
    how: "by difference",
    more: [
      "select * from seen where id = 5",
      "select * from parent where added = 7",
      "select * from events_2023",
      `select * from "Events 2025" where id = 5`,
    ],
  },
  { what: "a label of an enum", sql: "alter type mood add value 'new' before 'sad'", how: "anew" },
];

test("a refresh with nothing new changes nothing", async () => {
  expect(await twin.refresh(await snapshot())).toEqual({
    how: "by difference",
    relationsMade: 0,
    statisticsChanged: 0,
    sizesChanged: 0,
  });
  await twin.define([candidate("by_name", "parent", ["name"])]);
});

test.each(CHANGES)(
  "after $what a refreshed twin plans as one made anew",
  async ({ what, sql, how, more = [] }) => {
    await change(sql);
    const newer = await snapshot();
    const done = await twin.refresh(newer);
    expect(done.how, what).toBe(how);
    const anew = await withTwin(newer, async (other) => ({
      answers: await answersOf(other, more),
      skipped: other.skipped,
    }));
    expect(await answersOf(twin, more)).toEqual(anew.answers);
    expect(twin.skipped).toEqual(anew.skipped);
    const text = "select * from only parent where name = 'p7'";
    const plan = await twin.plan(text, "generic", { present: ["by_name"], absent: [] });
    expect(JSON.stringify(plan)).toContain("by_name");
  },
);
