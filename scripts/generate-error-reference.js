// Writes docs/reference/errors.md from the error catalogues; with --check only compares.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const target = join(root, "docs", "reference", "errors.md");
const ERROR = /(new StreamGateError\(|return )\{\s*(code:[\s\S]*?)\s*\}\)?;/g;
const DOCSTRING_BEFORE =
  /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:export )?(?:async )?function[^{]*\{(?:(?!\n\}\n)[\s\S])*$/;

function* sourcesBelow(path) {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const full = join(path, entry.name);
    if (entry.isDirectory()) yield* sourcesBelow(full);
    else if (entry.name.endsWith(".ts")) yield full;
  }
}

function field(body, name) {
  const match = new RegExp(
    `\\b${name}:\\s*([\\s\\S]*?),\\n?\\s*(?=(?:code|tried|happened|remedy|cause)\\b|$)`,
  ).exec(`${body},`);
  return (match?.[1] ?? "")
    .replace(/\s+/g, " ")
    .replace(/,+$/, "")
    .replace(/^\w+ \? "([^"]*)" : "([^"]*)"$/, "$1; or: $2")
    .replace(/^(said|remedy|happened)?$/, "as the message says")
    .replace(/^[`"']|[`"']$/g, "")
    .replace(/\$\{([^}]*)\}/g, "‹$1›")
    .replace(/\|/g, "\\|");
}

function meaningOf(text, index) {
  const docstring = DOCSTRING_BEFORE.exec(text.slice(0, index))?.[1] ?? "";
  return docstring
    .replace(/^\s*\* ?/gm, "")
    .replace(/@[\s\S]*/, "")
    .replace(/\s+/g, " ")
    .replace(/\|/g, "\\|")
    .trim();
}

function sentence(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

const errors = [];
for (const name of readdirSync(join(root, "packages"))) {
  for (const file of sourcesBelow(join(root, "packages", name, "src"))) {
    const text = readFileSync(file, "utf8").replace(/^ \* .*new StreamGateError.*$/gm, "");
    for (const match of text.matchAll(ERROR)) {
      const [, opening, body] = match;
      if (/^\s*\*/m.test(body)) continue;
      const codes = /\bcode:([^\n]*(?:\n\s*[?:][^\n]*)*)/.exec(body)?.[1] ?? "";
      for (const [, code] of codes.matchAll(/"(SG_[A-Z0-9_]+)"/g)) {
        const happened = field(body, "happened");
        errors.push({
          code,
          package: name,
          file: relative(root, file),
          meaning: opening.startsWith("new") ? meaningOf(text, match.index) : sentence(happened),
          remedy: field(body, "remedy"),
        });
      }
    }
  }
}
errors.sort(
  (one, other) => one.code.localeCompare(other.code) || one.file.localeCompare(other.file),
);

const page = [
  "# Errors",
  "",
  "Every error that StreamGate throws on purpose has a stable code. Its message says what was tried, what happened and what to do.",
  "This page is written by `npm run errors` from the catalogues in the sources; `‹…›` stands for what the message fills in.",
  "",
  "| code | package | what it means | what to do |",
  "|---|---|---|---|",
  ...errors.map(
    (error) => `| \`${error.code}\` | ${error.package} | ${error.meaning} | ${error.remedy} |`,
  ),
  "",
].join("\n");

if (process.argv.includes("--check")) {
  const current = readFileSync(target, "utf8");
  if (current !== page) {
    console.error("docs/reference/errors.md is not what the sources say; run: npm run errors");
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, page);
}
