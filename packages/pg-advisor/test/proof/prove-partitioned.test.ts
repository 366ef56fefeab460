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
const VIEWS = { schema: "public", name: "views" };
const snapshot = snapshotOf({ ...VIEWS, columns: ["id", "at", "user_id"] });

beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
  await postgres.query("create table views (id int, at int, user_id int) partition by range (at)");
  await postgres.query("create table views_1 partition of views for values from (0) to (1000)");
  await postgres.query("create table views_2 partition of views for values from (1000) to (2000)");
  await postgres.query(
    "insert into views select i, i % 2000, (i * 7919) % 3000 from generate_series(1, 120000) i",
  );
  await postgres.query("vacuum analyze");
});

afterAll(() => postgres.stop());

const create = sqlStep(
  "CREATE INDEX views_user_idx ON ONLY public.views (user_id)",
  "DROP INDEX public.views_user_idx",
);
const ofPartition = (name: string) => [
  sqlStep(
    `CREATE INDEX CONCURRENTLY ${name}_user_idx ON public.${name} (user_id)`,
    `DROP INDEX CONCURRENTLY IF EXISTS public.${name}_user_idx`,
  ),
  sqlStep(`ALTER INDEX public.views_user_idx ATTACH PARTITION public.${name}_user_idx`, ""),
];

test("an index of a partitioned table, made partition by partition, is proven and taken back", async () => {
  const statement = await statementOf("select id from views where user_id = $1", [VIEWS], [["1"]]);

  const proof = await proveFinding({
    finding: findingOf(
      "public.views",
      [statement],
      create,
      ...ofPartition("views_1"),
      ...ofPartition("views_2"),
    ),
    workload: workloadOf(statement),
    snapshot,
    lab: plainLab(postgres.url()),
    context: testContext(),
    options: { rounds: 6 },
  });

  expect(proof.explanation).toMatch(/^It saves/);
  expect(proof.verdict).toBe("proven");
  expect(proof.statements[0]?.planAfter).toContain("views_1_user_idx");
  expect(proof.realSizeBytes).toBeGreaterThan(500_000);
  expect(proof.writeCost?.table).toMatch(/^public\.views_[12]$/);
  expect(
    await postgres.query("select indexname from pg_indexes where tablename like 'views%'"),
  ).toEqual([]);
});
