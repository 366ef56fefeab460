// Weighs what browsers load of the dashboard, by the build's manifest, and fails where it is over its budget; --json tells it to programs.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const KB = 1024;
/** Of JavaScript, gzipped. */
const BUDGETS = { initial: 35 * KB, route: 12 * KB, all: 150 * KB };

const client = join(
  dirname(fileURLToPath(import.meta.url)),
  "..",
  "packages",
  "dashboard",
  "dist",
  "client",
);
const manifest = JSON.parse(readFileSync(join(client, ".vite", "manifest.json"), "utf8"));
const sizes = new Map();

/** Bytes of a file as it travels. */
function sizeOf(file) {
  const known = sizes.get(file);
  if (known !== undefined) return known;
  const size = gzipSync(readFileSync(join(client, file)), { level: 9 }).length;
  sizes.set(file, size);
  return size;
}

/** The scripts that a chunk cannot do without, itself among them. */
function scriptsOf(name, found = new Set()) {
  const chunk = manifest[name];
  if (chunk === undefined || found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const imported of chunk.imports ?? []) scriptsOf(imported, found);
  return found;
}

const shown = (bytes) => `${(bytes / KB).toFixed(1)} kB`.padStart(9);
const sum = (files) => [...files].reduce((total, file) => total + sizeOf(file), 0);
const shell = scriptsOf("src/client.tsx");
const initial = new Set([...shell, ...scriptsOf("src/pages/now/now-page.tsx")]);
const rows = [
  { what: "initial: the shell and the first page", bytes: sum(initial), budget: BUDGETS.initial },
];
for (const name of Object.keys(manifest).filter((key) => key.startsWith("src/pages/"))) {
  const page = scriptsOf(name);
  const added = [...page].filter((file) => !initial.has(file));
  const whole = sum(new Set([...shell, ...page]));
  rows.push({
    what: `route, beside the initial: ${name.slice("src/pages/".length)} (opened first: ${shown(whole).trim()})`,
    bytes: sum(added),
    budget: BUDGETS.route,
  });
}
const all = new Set(
  Object.values(manifest)
    .map(({ file }) => file)
    .filter((file) => file.endsWith(".js")),
);
rows.push({ what: "all pages", bytes: sum(all), budget: BUDGETS.all });

if (process.argv.includes("--json")) console.log(JSON.stringify(rows));
else
  for (const { what, bytes, budget } of rows)
    console.log(`${bytes > budget ? "✗" : "✓"} ${shown(bytes)} of ${shown(budget)}  ${what}`);

const over = rows.filter(({ bytes, budget }) => bytes > budget);
if (over.length > 0) {
  console.error(
    `${over.length} of the dashboard's budgets are exceeded: see what grew with npm run dashboard:report`,
  );
  process.exitCode = 1;
}
