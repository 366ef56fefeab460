import { chmod, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { seededRandom, systemClock } from "@streamgate/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import {
  SHOP_SCHEMA_SQL,
  shopRowsSql,
} from "../../../../test/support/rewrite-corpus/shop-schema.ts";
import { adviseCaller } from "../../src/rewrites/advice/advise-caller.ts";
import { adviseRewrites } from "../../src/rewrites/advise-rewrites.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { readIndexDefinition } from "../../src/what-if/read-index-definition.ts";
import { createTwin, type Twin } from "../../src/what-if/twin/twin.ts";
import { workloadFromSql } from "../../src/workload/workload-from-file.ts";

let postgres: TestPostgres;
let folder: string;
let snapshot: Snapshot;
let twin: Twin;

beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
  folder = await mkdtemp("/tmp/streamgate-test-rewrites-");
  await chmod(folder, 0o755);
  await postgres.createDatabase("shop");
  await postgres.query(SHOP_SCHEMA_SQL, undefined, "shop");
  await postgres.query(shopRowsSql(0.2), undefined, "shop");
  await postgres.query("vacuum analyze", undefined, "shop");
  snapshot = await readSnapshot(postgres.url("shop"), { needsStatements: false });
  twin = await createTwin({
    snapshot,
    folder: join(folder, "twin"),
    sharedFolder: "/tmp/streamgate-test-shared",
    context: {
      clock: systemClock,
      random: seededRandom(1),
      signal: new AbortController().signal,
      onProgress: () => undefined,
    },
  });
});
afterAll(async () => {
  await twin.close();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

const ABOVE_MEAN =
  "-- calls: 60 mean: 900ms\nselect o.id from orders o where o.id between 1 and 6 and o.total > (select avg(i.total) from orders i where i.user_id = o.user_id);";
const ALL_ABOVE_MEAN =
  "-- calls: 60 mean: 900ms\nselect o.id from orders o where o.total > (select avg(i.total) from orders i where i.user_id = o.user_id);";

async function workloadOf(sql: string) {
  return workloadFromSql(sql, { snapshot, whatIf: twin, random: seededRandom(1) });
}

test("a statement that can be said otherwise is a finding with the statement written out, its figures estimated", async () => {
  const workload = await workloadOf(ALL_ABOVE_MEAN);
  const { findings } = await adviseRewrites({ workload, snapshot, whatIf: twin });
  expect(findings).toHaveLength(1);
  const [finding] = findings;
  expect(finding).toMatchObject({ kind: "query/rewrite", severity: "critical" });
  expect(finding?.remedy).toMatch(/Send this in its place: SELECT/);
  expect(finding?.evidence.every(({ rung }) => rung === "estimated")).toBe(true);
  expect(finding?.savedMsPerHour).toBeGreaterThan(10_000);
});

test("a rewriting that an advised index makes needless is declined, and says so", async () => {
  const workload = await workloadOf(ABOVE_MEAN);
  const read = readIndexDefinition("create index on orders (user_id, total)", snapshot);
  if (read.outcome !== "read") throw new Error("the index cannot be read");
  const candidate = { id: "by-user", definition: read.definition, reasons: [], statements: [] };
  await twin.define([candidate as never]);
  const alone = await adviseRewrites({ workload, snapshot, whatIf: twin });
  const beside = await adviseRewrites({
    workload,
    snapshot,
    whatIf: twin,
    withIndexes: { present: ["by-user"], absent: [] },
  });
  expect(alone.findings).toHaveLength(1);
  expect(beside.findings).toHaveLength(0);
  expect(beside.declined.map(({ reason }) => reason)).toContain("an-index-does-more");
});

test("a page by offset is shown as a page by key, for the caller to change", () => {
  const [advice] = adviseCaller(
    "select id, title from posts order by created_at desc limit 20 offset $1",
    snapshot,
  );
  expect(advice?.kind).toBe("keyset page");
  expect(advice?.text.replace(/\s+/g, " ")).toBe(
    "SELECT posts.id, posts.title FROM posts WHERE (posts.created_at, posts.id) < ($1, $2) ORDER BY posts.created_at DESC, posts.id DESC LIMIT 20",
  );
});

test("a list of parameters is shown as one array", () => {
  const [advice] = adviseCaller(
    "select id from posts where author_id in ($1, $2, $3, $4) and views > $5",
    snapshot,
  );
  expect(advice?.text.replace(/\s+/g, " ")).toBe(
    "SELECT id FROM posts WHERE author_id = ANY ($1) AND views > $2",
  );
});

test("rows of parameters are shown as arrays, one a column", () => {
  const [advice] = adviseCaller(
    "insert into post_tags (post_id, tag_id) values ($1, $2), ($3, $4), ($5, $6), ($7, $8) on conflict do nothing",
    snapshot,
  );
  expect(advice?.text.replace(/\s+/g, " ")).toMatch(
    /^INSERT INTO post_tags .*SELECT \* FROM unnest\(CAST\(\$1 AS int\[\]\), CAST\(\$2 AS int\[\]\)\) AS rows/,
  );
});
