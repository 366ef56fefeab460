import type { Proof, SqlStep } from "@streamgate/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { proveFinding } from "../../src/proof/prove-finding.ts";
import {
  findingOf,
  plainLab,
  snapshotOf,
  sqlStep,
  statementOf,
  testContext,
  workloadOf,
} from "./scenario.ts";

let postgres: TestPostgres;

beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
  await postgres.query(
    "create table events (id int primary key, kind text, at int, score int, level int, weight float8)",
  );
  // Events of the rare kind all lie at the end of time, and time does not follow the heap.
  await postgres.query(
    `insert into events
       select i, case when (i * 7919) % 100000 > 99000 then 'rare' else 'common' end,
              (i * 7919) % 100000, i % 10, i % 10, i / 7.0
         from generate_series(1, 100000) i`,
  );
  await postgres.query("create index events_score_idx on events (score)");
  await postgres.query("vacuum analyze");
});

afterAll(() => postgres.stop());

const EVENTS = { schema: "public", name: "events" };
const snapshot = snapshotOf({
  ...EVENTS,
  columns: ["id", "kind", "at", "score", "level", "weight"],
});

async function prove(
  text: string,
  samples: readonly (readonly string[])[],
  step: SqlStep,
): Promise<Proof> {
  const statement = await statementOf(text, [EVENTS], samples);
  return proveFinding({
    finding: findingOf("public.events", [statement], step),
    workload: workloadOf(statement),
    snapshot,
    lab: plainLab(postgres.url()),
    context: testContext(),
    options: { rounds: 6, writeProbeRows: 5_000 },
  });
}

function indexOn(columns: string): SqlStep {
  return sqlStep(`create index events_new_idx on events (${columns})`, "drop index events_new_idx");
}

test("an index that no plan uses is not proven", async () => {
  const proof = await prove(
    "select count(*) from events where id = $1",
    [["7"]],
    indexOn("weight"),
  );

  expect(proof.verdict).toBe("not proven");
  expect(proof.explanation).toContain("No plan uses the fix");
  expect(proof.statements[0]?.usesFix).toBe(false);
});

test("an index that lures the planner into a slower plan is harmful", async () => {
  const proof = await prove(
    "select id from events where kind = 'rare' order by at limit 10",
    [[]],
    indexOn("at"),
  );

  expect(proof.statements[0]?.usesFix).toBe(true);
  expect(proof.explanation).toContain("It slows");
  expect(proof.verdict).toBe("harmful");
});

test("a fix that changes the data is seen as harmful by the results", async () => {
  const proof = await prove(
    "select sum(score) from events where id < $1",
    [["100"]],
    sqlStep(
      "update events set score = score + 1 where id = 5",
      "update events set score = score - 1 where id = 5",
    ),
  );

  expect(proof.verdict).toBe("harmful");
  expect(proof.explanation).toContain("The results differ");
  const [row] = await postgres.query("select score from events where id = 5");
  expect(row?.score).toBe(5);
});

test("other rows among ties under a LIMIT count as the same result", async () => {
  const proof = await prove(
    "select id, level from events where kind = $1 order by level desc limit $2",
    [["common", "5"]],
    indexOn("kind, level desc, at"),
  );

  expect(proof.statements[0]?.results.kind).toBe("identical but for ties");
  expect(proof.verdict).toBe("proven");
});

test("a statement that brings other rows each time is timed but not compared", async () => {
  const proof = await prove(
    "select id, random() from events where at between $1 and 20",
    [["10"]],
    indexOn("at"),
  );

  const [statement] = proof.statements;
  expect(statement?.results).toEqual({
    kind: "different",
    explanation: "it brings other rows each time that it runs",
  });
  expect(proof.verdict).toBe("proven");
});

test("now() is the same in both versions", async () => {
  const proof = await prove("select id, now() from events where at = $1", [["10"]], indexOn("at"));

  expect(proof.statements[0]?.results.kind).toBe("identical");
});

test("sums of floats may differ by their rounding", async () => {
  const proof = await prove(
    "select kind, avg(weight), sum(weight * 1.1) from events where at < $1 group by kind",
    [["2000"]],
    indexOn("at, weight, kind"),
  );

  expect(proof.statements[0]?.results).toEqual({ kind: "identical", rows: 1 });
});

test("writes are measured and leave no trace", async () => {
  const before = await postgres.query("select sum(score) from events");

  const proof = await prove(
    "update events set score = score + 1 where at = $1",
    [["10"]],
    indexOn("at"),
  );

  expect(proof.verdict).toBe("proven");
  expect(await postgres.query("select sum(score) from events")).toEqual(before);
});

test("an index that nobody needs is dropped in the proof, and stands again after it", async () => {
  const proof = await prove(
    "select kind from events where id = $1",
    [["10"]],
    sqlStep(
      "DROP INDEX CONCURRENTLY public.events_score_idx",
      "CREATE INDEX CONCURRENTLY events_score_idx ON public.events USING btree (score)",
    ),
  );

  expect(proof.verdict).toBe("proven");
  expect(proof.realSizeBytes).toBeLessThan(0);
  expect(proof.writeCost?.ratio.high).toBeLessThan(1);
  const [index] = await postgres.query(
    "select count(*)::int as found from pg_class where relname = 'events_score_idx'",
  );
  expect(index?.found).toBe(1);
});

test("a setting is tried for the session alone", async () => {
  const statement = await statementOf(
    "select count(*) from events where score = $1",
    [EVENTS],
    [["3"]],
  );
  const finding = findingOf("public.events", [statement]);
  const proof = await proveFinding({
    finding: {
      ...finding,
      fix: {
        summary: "plan without bitmap scans",
        steps: [{ kind: "setting", name: "enable_bitmapscan", value: "off", previousValue: "on" }],
        risk: "low",
        riskReason: "none",
        expectedDurationMs: 0,
        expectedSizeBytes: 0,
      },
    },
    workload: workloadOf(statement),
    snapshot,
    lab: plainLab(postgres.url()),
    context: testContext(),
    options: { rounds: 3 },
  });

  expect(proof.writeCost).toBeUndefined();
  expect(proof.explanation).toContain("The cost of writing was not measured");
});
