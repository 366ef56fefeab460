import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { runCommand } from "../../src/command-line/run-command.ts";
import { twin } from "../../src/commands/twin.ts";

let postgres: TestPostgres;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp("/tmp/streamgate-test-export-");
  await chmod(folder, 0o755);
  postgres = await startTestPostgres();
  await postgres.query(`
    create table customers as
      select i as id, 'Customer of Note ' || i % 90 as name from generate_series(1, 20000) as i;
    create index customers_name on customers (name);
    analyze customers`);
  for (let id = 0; id < 40; id += 1)
    await postgres.query("select name from customers where id = $1", [id * 37]);
});
afterAll(async () => {
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

async function run(...words: readonly string[]): Promise<string> {
  const printed: string[] = [];
  await runCommand(["twin", ...words, "--data", join(folder, "data")], [twin], {
    terminal: {
      print: (text) => printed.push(text),
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
  });
  return printed.join("\n");
}

test("a twin leaves the building as a file without names or values, and plans elsewhere", async () => {
  const file = join(folder, "twin.json");
  const said = await run("export", postgres.url(), file, "--names", "hashed", "--json");
  expect(JSON.parse(said)).toMatchObject({ names: "hashed", values: "shape", relations: 1 });
  const text = await readFile(file, "utf8");
  expect(text.includes("customers")).toBe(false);
  expect(text.includes("Note")).toBe(false);
  const kept = join(folder, "kept.json");
  await run("export", postgres.url(), kept);
  expect(await run("explain", kept, "select * from customers where name = $1")).toMatch(
    /^Bitmap Heap Scan on customers .*estimated\)\n {2}Bitmap Index Scan using customers_name/,
  );
});

test("what an exported twin alone lets advise is estimated, and names what it names", async () => {
  const file = join(folder, "advised.json");
  await run("export", postgres.url(), file, "--names", "hashed");
  const { findings } = JSON.parse(await run("advise", file, "--json"));
  const [index] = findings;
  expect(index).toMatchObject({ kind: "index/missing", statements: [{ calls: 40 }] });
  expect(JSON.stringify(findings)).not.toContain("customers");
  expect(await run("advise", file)).toMatch(/^\d+ findings? \(estimated: nothing was run\)/);
  await expect(run("advise")).rejects.toThrow("the file is missing");
});

test("what is missing is said", async () => {
  await expect(run("export", "FILE")).rejects.toThrow("the database or the file was not named");
  await expect(run("explain", join(folder, "none.json"), "select 1")).rejects.toThrow("ENOENT");
  await expect(run("import")).rejects.toThrow("no such act");
  await expect(run()).rejects.toThrow("no act was named");
});
