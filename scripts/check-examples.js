// Compiles every example of the documentation: `@example` blocks of docstrings and ```ts blocks of Markdown.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = join(root, "node_modules", ".cache", "examples");
const SKIPPED = new Set(["node_modules", "dist", ".git", "coverage", "test", "results"]);
const BLOCK = /```ts\n([\s\S]*?)```/g;
const DOCSTRING = /\/\*\*[\s\S]*?\*\//g;

function* filesBelow(path) {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    if (SKIPPED.has(entry.name)) continue;
    const full = join(path, entry.name);
    if (entry.isDirectory()) yield* filesBelow(full);
    else if (/\.(ts|md)$/.test(entry.name)) yield full;
  }
}

function examplesOf(file) {
  const text = readFileSync(file, "utf8");
  if (file.endsWith(".md")) return [...text.matchAll(BLOCK)].map((match) => match[1]);
  return [...text.matchAll(DOCSTRING)]
    .map(([docstring]) => docstring.replace(/^\s*\* ?/gm, ""))
    .flatMap((docstring) => [...docstring.matchAll(BLOCK)].map((match) => match[1]));
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
let count = 0;
for (const file of filesBelow(root)) {
  for (const example of examplesOf(file)) {
    count += 1;
    const name = `${relative(root, file).replace(/[^a-zA-Z0-9]+/g, "-")}-${count}.ts`;
    writeFileSync(join(folder, name), `// from ${relative(root, file)}\n${example}\nexport {};\n`);
  }
}
writeFileSync(
  join(folder, "tsconfig.json"),
  JSON.stringify({
    extends: relative(folder, join(root, "tsconfig.base.json")),
    compilerOptions: {
      composite: false,
      declaration: false,
      declarationMap: false,
      isolatedDeclarations: false,
      noEmit: true,
    },
    include: ["*.ts"],
  }),
);
const { status } = spawnSync("tsc", ["-p", folder], { stdio: "inherit", cwd: root });
if (status === 0) console.log(`${count} examples compile`);
process.exitCode = status ?? 1;
