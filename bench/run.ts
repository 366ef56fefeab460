// The runner: `npm run bench -- NAME [--json] [--save]`; without a name it lists them.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bench, BenchResult } from "./contract.ts";
import { formatResult } from "./support/format-result.ts";

const FOLDER = import.meta.dirname;
const NOT_BENCHES = new Set(["run.ts", "contract.ts"]);
const USAGE = "usage: npm run bench -- NAME [--json] [--save]";

const names = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const flags = new Set(process.argv.slice(2).filter((argument) => argument.startsWith("--")));
const [name] = names;

if (name === undefined) await listBenches();
else if (!(await benchNames()).includes(name)) refuse(name);
else await runBench(name);

async function runBench(chosen: string): Promise<void> {
  const { bench } = (await import(`./${chosen}.ts`)) as { readonly bench: Bench };
  const measurement = await bench.measure((line) => console.error(line));
  const result = { name: chosen, question: await questionOf(chosen), ...measurement };
  if (flags.has("--save")) await save(result);
  console.log(flags.has("--json") ? JSON.stringify(result) : formatResult(result));
}

async function listBenches(): Promise<void> {
  console.log(USAGE);
  for (const each of await benchNames())
    console.log(`  ${each.padEnd(14)} ${await questionOf(each)}`);
}

function refuse(unknown: string): void {
  console.error(`there is no bench ${unknown}\n${USAGE}`);
  process.exitCode = 2;
}

async function benchNames(): Promise<readonly string[]> {
  const files = await readdir(FOLDER);
  return files
    .filter((file) => file.endsWith(".ts") && !NOT_BENCHES.has(file))
    .map((file) => file.slice(0, -".ts".length))
    .sort();
}

async function questionOf(chosen: string): Promise<string> {
  const source = await readFile(join(FOLDER, `${chosen}.ts`), "utf8");
  return source.slice(0, source.indexOf("\n")).replace(/^\/\/\s*/, "");
}

/** A record a day and bench, on whatever machine it was. */
async function save(result: BenchResult): Promise<void> {
  const takenAt = new Date().toISOString();
  const file = join(FOLDER, "results", `${result.name}-${takenAt.slice(0, 10)}.json`);
  await mkdir(join(FOLDER, "results"), { recursive: true });
  await writeFile(file, `${JSON.stringify({ takenAt, ...result }, null, 2)}\n`);
  console.error(`saved ${file}`);
}
