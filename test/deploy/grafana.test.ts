import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findPromtool } from "../support/promtool.ts";

const run = promisify(execFile);
const GRAFANA = new URL("../../deploy/grafana/", import.meta.url);
const RULES = new URL("../../deploy/prometheus/streamgate.rules.yml", import.meta.url);

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly Panel[];
}

let folder = "";
let dashboards: readonly Dashboard[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "streamgate-deploy-"));
  const names = (await readdir(GRAFANA)).filter((name) => name.endsWith(".json"));
  dashboards = await Promise.all(
    names.map(
      async (name) => JSON.parse(await readFile(new URL(name, GRAFANA), "utf8")) as Dashboard,
    ),
  );
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("what Grafana and Prometheus are given", () => {
  test("has an id of its own for each dashboard, and a query in each panel", () => {
    expect(dashboards.length).toBeGreaterThanOrEqual(3);
    expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(dashboards.length);
    for (const { panels } of dashboards)
      for (const { type, targets = [] } of panels)
        if (type !== "row") expect(targets).not.toEqual([]);
  });

  test("is PromQL that Prometheus can read, on every panel", async () => {
    const expressions = dashboards.flatMap(({ panels }) =>
      panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => withoutVariables(expr))),
    );
    const rules = expressions.map((expr, index) => ({ record: `panel:${index}`, expr }));
    const file = join(folder, "panels.yml");
    // JSON is YAML.
    await writeFile(file, JSON.stringify({ groups: [{ name: "panels", rules }] }));
    const { stdout } = await run(await findPromtool(), ["check", "rules", file]);
    expect(stdout).toContain(`${expressions.length} rules found`);
  });

  test("has rules that Prometheus accepts", async () => {
    const file = join(folder, "rules.yml");
    await writeFile(file, await readFile(RULES));
    const { stdout } = await run(await findPromtool(), ["check", "rules", file]);
    expect(stdout).toMatch(/\d+ rules found/);
  });
});

/** As Grafana would fill them in. */
function withoutVariables(expression: string): string {
  return expression.replaceAll("$__rate_interval", "1m").replaceAll(/\$(job|instance)/g, ".+");
}
