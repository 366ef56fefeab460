import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { defaultRules } from "@streamgate/monitor";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..", "..", "..");
const FOLDER = "docs/runbooks";
/** Alerts that the monitor raises by itself, without a rule. */
const OWN_ALERTS = [`${FOLDER}/notifications-not-delivered.md`];
const SECTIONS = ["What it means", "Look first", "Mend", "Afterwards"];

test("every rule that ships has its runbook, and every runbook its rule", async () => {
  const files = await readdir(join(ROOT, FOLDER));
  const runbooks = files.filter((file) => file !== "README.md").map((file) => `${FOLDER}/${file}`);
  expect(runbooks.sort()).toEqual(
    [...OWN_ALERTS, ...defaultRules().map(({ runbook }) => runbook)].sort(),
  );
});

test("the list of runbooks names each of them", async () => {
  const list = await readFile(join(ROOT, FOLDER, "README.md"), "utf8");
  for (const { name } of defaultRules()) expect(list).toContain(`(${name}.md)`);
});

describe.each(defaultRules())("the runbook of $name", ({ name, runbook, severity }) => {
  test("says what it means, where to look first, how to mend it and what to do afterwards", async () => {
    const text = await readFile(join(ROOT, runbook), "utf8");
    expect(text.split("\n")[0]).toBe(`# ${name}`);
    const headings = [...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(SECTIONS);
    expect(text).toContain(severity);
    expect(text.split("\n").length).toBeLessThan(60);
  });
});
