import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import {
  SHOP_SCHEMA_SQL,
  shopRowsSql,
} from "../../../../test/support/rewrite-corpus/shop-schema.ts";
import { runCommand } from "../../src/command-line/run-command.ts";
import { rewrite } from "../../src/commands/rewrite.ts";

let postgres: TestPostgres;
let folder: string;
let files = 0;

beforeAll(async () => {
  folder = await mkdtemp("/tmp/streamgate-test-rewriting-");
  await chmod(folder, 0o755);
  postgres = await startTestPostgres({ hasStatementCounters: false });
  await postgres.query(SHOP_SCHEMA_SQL);
  await postgres.query(shopRowsSql(0.015));
  await postgres.query("vacuum analyze");
});
afterAll(async () => {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Said {
  readonly printed: string;
  readonly told: string;
  readonly code: number;
}

async function run(statement: string, ...flags: readonly string[]): Promise<Said> {
  files += 1;
  const file = join(folder, `${files}.sql`);
  await writeFile(file, statement);
  const printed: string[] = [];
  const told: string[] = [];
  const words = ["rewrite", postgres.url(), file, ...flags, "--data", join(folder, "data")];
  const code = await runCommand(words, [rewrite], {
    terminal: {
      print: (text) => printed.push(text),
      tell: (text) => told.push(text),
      draw: () => undefined,
      canAsk: false,
      canDraw: false,
      hasColour: false,
      widthColumns: 80,
      ask: async () => false,
    },
    signal: new AbortController().signal,
    environment: {},
    folder: "/tmp",
  });
  return { printed: printed.join("\n"), told: told.join("\n"), code };
}

const ABOVE_MEAN =
  "select id from orders o where total > (select avg(total) from orders i where i.user_id = o.user_id);";

test("the rewritten statement alone is printed, and runs with the same rows", async () => {
  const { printed, told, code } = await run(ABOVE_MEAN);
  expect(code).toBe(0);
  expect(told).toMatch(/cost \d+ → \d+ \(estimated\)/);
  const [before, after] = [await postgres.query(ABOVE_MEAN), await postgres.query(printed)];
  const idsOf = (rows: readonly Record<string, unknown>[]): readonly number[] =>
    rows.map((row) => Number(row.id)).toSorted((one, other) => one - other);
  expect(idsOf(after)).toEqual(idsOf(before));
});

test("with --prove it says on how many databases it was equal and how much faster it was", async () => {
  const { printed, told } = await run(ABOVE_MEAN, "--prove", "--databases", "100");
  expect(printed).toMatch(/^SELECT/);
  expect(told).toMatch(/equal on 100 small databases.*\(measured\)/);
  expect(told).toMatch(/faster, same results \(measured\)/);
});

test("where nothing may be rewritten nothing is printed, and standard error says why", async () => {
  const { printed, told } = await run(
    "select id from categories where id not in (select category_id from products)",
  );
  expect(printed).toBe("");
  expect(told).toMatch(/not-in-to-not-exists: the subquery may give a null/);
});

test("--json holds the steps, the costs and what was declined", async () => {
  const { printed } = await run(ABOVE_MEAN, "--json");
  expect(JSON.parse(printed)).toMatchObject({
    rung: "estimated",
    rewrite: { steps: [{ rule: expect.stringMatching(/^scalar-aggregate/) }] },
    withheld: [],
  });
});

test("a database that is not named is wrong usage", async () => {
  await expect(
    runCommand(["rewrite", "file.sql"], [rewrite], {
      terminal: {
        print: () => undefined,
        tell: () => undefined,
        draw: () => undefined,
        canAsk: false,
        canDraw: false,
        hasColour: false,
        widthColumns: 80,
        ask: async () => false,
      },
      signal: new AbortController().signal,
      environment: {},
      folder: "/tmp",
    }),
  ).rejects.toMatchObject({ code: "SG_SERVER_USAGE" });
});
