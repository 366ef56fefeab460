import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { runCommand } from "../../src/command-line/run-command.ts";
import { explain } from "../../src/commands/explain.ts";

const SCAN = `Seq Scan on public.customers  (cost=0.00..450.00 rows=1 width=20) (actual time=0.100..9.000 rows=1 loops=1)
  Filter: ((id)::text = '7'::text)
  Rows Removed by Filter: 19999
Planning Time: 0.100 ms
Execution Time: 9.100 ms`;
const BY_INDEX = JSON.stringify([
  {
    Plan: {
      "Node Type": "Index Scan",
      "Relation Name": "customers",
      Alias: "customers",
      "Index Name": "customers_pkey",
      "Index Cond": "(id = 7)",
      "Total Cost": 8.3,
      "Plan Rows": 1,
    },
  },
]);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp("/tmp/streamgate-test-explain-");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function fileWith(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

async function run(...words: readonly string[]): Promise<{ code: number; printed: string }> {
  const printed: string[] = [];
  const code = await runCommand(["explain", ...words, "--data", join(folder, "data")], [explain], {
    terminal: {
      print: (text) => printed.push(text),
      tell: () => undefined,
      draw: () => undefined,
      canAsk: false,
      canDraw: false,
      hasColour: false,
      widthColumns: 100,
      ask: async () => false,
    },
    signal: new AbortController().signal,
    environment: {},
    folder: "/tmp",
  });
  return { code, printed: printed.join("\n") };
}

describe("streamgate explain", () => {
  test("prints the tree with its own times, and what is wrong with it", async () => {
    const { code, printed } = await run(await fileWith("scan.txt", SCAN));
    expect(code).toBe(0);
    const lines = printed.split("\n");
    expect(lines[0]).toBe("measured: the statement ran · executed in 9.1 ms · planned in 100 µs");
    expect(printed).toMatch(/9\.00 ms\s+99 %\s+1\s+1\s+1 {2}Seq Scan on public\.customers .*\[1\]/);
    expect(printed).toContain(
      "Seq Scan on customers read 20,000 rows and threw 100 % of them away",
    );
    expect(printed).toContain("plan/rows-filtered · high");
    expect(printed).toContain("rows removed by the filter: 19,999 rows (measured)");
  });

  test("says one thing more where it may ask the database", async () => {
    const postgres: TestPostgres = await startTestPostgres({ hasStatementCounters: false });
    try {
      await postgres.query("create table customers (id int primary key, name text)");
      const file = await fileWith("scan.txt", SCAN);
      const { printed } = await run(file, "--database", postgres.url(), "--json");
      const { plans } = JSON.parse(printed);
      expect(plans[0].findings[0]).toMatchObject({
        kind: "plan/hidden-index",
        nodeId: 1,
        subject: { database: "postgres", object: "public.customers" },
      });
    } finally {
      await postgres.stop();
    }
  });

  test("prints one object for programs, and tells the shell of grave findings", async () => {
    const file = await fileWith("scan.txt", SCAN);
    const { code, printed } = await run(file, "--json", "--fail-on", "high");
    expect(code).toBe(1);
    const { plans, left } = JSON.parse(printed);
    expect(left).toBe(0);
    expect(plans[0]).toMatchObject({
      form: "text",
      basis: "time",
      executionMs: 9.1,
      root: { nodeType: "Seq Scan", exclusiveMs: 9, loops: 1, share: 9 / 9.1 },
    });
    expect((await run(file, "--fail-on", "critical")).code).toBe(0);
  });

  test("compares two plans in either form", async () => {
    const [before, after] = [
      await fileWith("scan.txt", SCAN),
      await fileWith("key.json", BY_INDEX),
    ];
    const { code, printed } = await run("--diff", before, after);
    expect(code).toBe(0);
    expect(printed.split("\n").slice(0, 2)).toEqual([
      "another plan: 1 change",
      "  scan         customers: Seq Scan → Index Scan using customers_pkey",
    ]);
    expect((await run("--diff", before, before)).printed).toMatch(/^the same plan/);
    const json = JSON.parse((await run("--diff", before, after, "--json")).printed);
    expect(json).toMatchObject({ isSamePlan: false, changes: [{ kind: "scan", beforeId: 1 }] });
  });

  test("shows the longest plans of a log", async () => {
    const log = [3, 9, 5]
      .map(
        (ms) =>
          `2026-01-01 LOG:  duration: ${ms}.000 ms  plan:\n\tQuery Text: select ${ms}\n\tResult  (cost=0.00..0.01 rows=1 width=4)`,
      )
      .join("\n");
    const file = await fileWith("postgresql.log", log);
    const { printed } = await run(file, "--limit", "2", "--json");
    const { plans, left } = JSON.parse(printed);
    expect(left).toBe(1);
    expect(plans).toHaveLength(2);
  });

  test("says what is missing", async () => {
    await expect(run(join(folder, "none"))).rejects.toThrow("ENOENT");
    await expect(run(folder)).rejects.toThrow("EISDIR");
    await expect(run(await fileWith("x", "no plan"))).rejects.toThrow("there is no plan in it");
    await expect(run("a", "b")).rejects.toThrow("compare them with --diff A B");
    await expect(run("--diff", "a")).rejects.toThrow("two files were not named");
    expect((await run("--help")).printed).toMatch(/^streamgate explain/);
  });
});
