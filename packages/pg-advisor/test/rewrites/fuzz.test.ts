import { chmod, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { seededRandom } from "@streamgate/core";
import { expect, test } from "vitest";
import { startTestPostgres } from "../../../../test/support/postgres.ts";
import { runFuzz } from "../../../../test/support/rewrite-corpus/run-fuzz.ts";
import { SHOP_SCHEMA_SQL } from "../../../../test/support/rewrite-corpus/shop-schema.ts";

test("no rewriting of a random statement gives another result", async () => {
  const folder = await mkdtemp("/tmp/streamgate-test-fuzz-");
  await chmod(folder, 0o755);
  const postgres = await startTestPostgres({ hasStatementCounters: false });
  try {
    await postgres.createDatabase("shop");
    await postgres.query(SHOP_SCHEMA_SQL, undefined, "shop");
    const tally = await runFuzz({
      source: postgres.url("shop"),
      folder: join(folder, "small"),
      executions: 1_500,
      databasesPerStatement: 25,
      random: seededRandom(20_260),
      tell: () => undefined,
    });
    expect(tally.wrong).toEqual([]);
    expect(tally.byRule.size).toBeGreaterThan(10);
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
