import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DIFF_SCENARIOS } from "../../../../test/support/plan-corpus/diff-scenarios.ts";
import { HEALTHY_SCENARIOS } from "../../../../test/support/plan-corpus/healthy-scenarios.ts";
import { PROBLEM_SCENARIOS } from "../../../../test/support/plan-corpus/problem-scenarios.ts";
import {
  explainScenario,
  makeWorld,
  type PlanForm,
} from "../../../../test/support/plan-corpus/run-scenario.ts";
import type { PlanScenario } from "../../../../test/support/plan-corpus/scenario.ts";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { advisePlan } from "../../src/plans/advise-plan.ts";
import { diffPlans } from "../../src/plans/diff/diff-plans.ts";
import { readPlans } from "../../src/plans/read/read-plans.ts";
import { nodeName } from "../../src/plans/rules/wording.ts";
import type { ExplainedNode } from "../../src/plans/tree/explained-node.ts";
import type { ExplainedPlan } from "../../src/plans/tree/explained-plan.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";

const AT = "2026-01-01T00:00:00.000Z";
const MAJORS = [14, 15, 16, 17, 18] as const;
const ALONE = { max_parallel_workers_per_gather: "0", work_mem: "32MB" };
const FORMS: readonly PlanForm[] = ["text", "json"];

/** Every problem is planned by two majors, every healthy statement by one; over the corpus all majors have their turn. */
function scenariosOf(major: number): readonly PlanScenario[] {
  const hasTurn = ({ majors = MAJORS }: PlanScenario, ...turns: readonly number[]): boolean =>
    turns.some((turn) => majors[turn % majors.length] === major);
  return [
    ...PROBLEM_SCENARIOS.filter((one, index) => hasTurn(one, index, index + 2)),
    ...HEALTHY_SCENARIOS.filter((one, index) => hasTurn(one, index)),
  ];
}

const MIRRORED: Readonly<Record<string, string>> = { added: "removed", removed: "added" };

const STAMP = "2026-01-01 00:00:00.000 UTC";

/** Problems in both forms, healthy statements in one or the other. */
function formsOf({ expected, statement }: PlanScenario): readonly PlanForm[] {
  if (expected.length > 0) return FORMS;
  return statement.length % 2 === 0 ? ["text"] : ["json"];
}

/** The same message in each kind of log (PostgreSQL manual, 19.8). */
const LOG_FORMS: Readonly<Record<string, (message: string) => string>> = {
  stderr: (message) =>
    `${STAMP} [4711] LOG:  ${message.replaceAll("\n", "\n\t")}\n${STAMP} [4711] LOG:  checkpoint starting: time`,
  csvlog: (message) =>
    `${STAMP},"me","shop",4711,"127.0.0.1:5000",1.2,1,"SELECT",${STAMP},3/4,0,LOG,00000,"${message.replaceAll('"', '""')}",,,,,,,,,"app","client backend",,0`,
  jsonlog: (message) =>
    JSON.stringify({
      timestamp: STAMP,
      pid: 4711,
      error_severity: "LOG",
      message,
      backend_type: "client backend",
    }),
  syslog: (message) =>
    `LOG:  ${message}`
      .split("\n")
      .map(
        (line, index) =>
          `Jan  1 00:00:00 host postgres[4711]: [7-${index + 1}] ${index === 0 ? "" : "#011"}${line}`,
      )
      .join("\n"),
  "a container's": (message) =>
    `${STAMP} [4711] LOG:  ${message.replaceAll("\n", "\n\t")}`
      .split("\n")
      .map((line) => `postgres-1  | ${line}`)
      .join("\n"),
};

describe.each(MAJORS)("plans of PostgreSQL %i", (major) => {
  let postgres: TestPostgres;
  let client: pg.Client;

  beforeAll(async () => {
    postgres = await startTestPostgres({
      major,
      hasStatementCounters: false,
      settings: {
        autovacuum: "off",
        shared_buffers: "128MB",
        jit: "off",
      },
    });
    await makeWorld(postgres);
    client = new pg.Client({ connectionString: postgres.url() });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await postgres.stop();
  });

  it.each(scenariosOf(major))("$name: $expected", async (scenario) => {
    for (const statement of scenario.setup ?? []) await postgres.query(statement);
    const snapshot = scenario.hasSnapshot
      ? await readSnapshot(postgres.url(), { needsStatements: false })
      : undefined;
    for (const form of formsOf(scenario)) {
      const text = await explainScenario(client, scenario, form);
      const [plan] = readPlans(text);
      if (plan === undefined) throw new Error("no plan");
      const { findings, weighed } = advisePlan({
        plan,
        at: AT,
        ...(snapshot === undefined ? {} : { snapshot }),
      });
      const found = findings.map(({ finding, nodeId }) => {
        const node = weighed.nodes.find((one) => one.node.id === nodeId)?.node;
        return `${finding.kind} @ ${node === undefined ? "" : nodeName(node)}`;
      });
      expect(missing(scenario.expected, found), text).toEqual([]);
    }
  });

  const pairs = DIFF_SCENARIOS.filter(({ majors = MAJORS }, index) =>
    [majors[index % majors.length], majors[(index + 3) % majors.length]].includes(major),
  );

  it.each(pairs)("two plans: $name", async ({ statement, before = {}, after = {}, expected }) => {
    const texts: string[] = [];
    for (const side of [before, after]) {
      const scenario = {
        statement,
        ...side,
        settings: { ...ALONE, ...side.settings },
      };
      const form: PlanForm = (major + texts.length) % 2 === 0 ? "text" : "json";
      texts.push(await explainScenario(client, scenario, form));
    }
    const [one, other] = texts.map((text) => readPlans(text)[0]);
    if (one === undefined || other === undefined) throw new Error("no plan");
    const { changes } = diffPlans(one, other);
    const told = changes.filter(({ kind }) => kind !== "buffers");
    const named = told.map(({ kind, subject }) => `${kind}: ${subject}`).toSorted();
    expect(named, [...told.map(({ sentence }) => sentence), ...texts].join("\n")).toEqual(
      expected.toSorted(),
    );
    // Seen from the other side: what came is what went.
    const back = diffPlans(other, one).changes.filter(({ kind }) => kind !== "buffers");
    const mirrored = back.map(({ kind, subject }) => `${MIRRORED[kind] ?? kind}: ${subject}`);
    expect(mirrored.toSorted()).toEqual(named);
  });

  // The oldest and the youngest: hash tables got more memory in between.
  if (major === 14 || major === 18) {
    it("stay in memory with the work_mem that is advised", async () => {
      const spilling = PROBLEM_SCENARIOS.filter(
        ({ name, expected }) =>
          !name.includes("CTE") && expected.some((one) => /spill|lossy/.test(one)),
      );
      for (const scenario of spilling) {
        const kindsWith = async (settings: Readonly<Record<string, string>>) => {
          const [plan] = readPlans(
            await explainScenario(client, { ...scenario, settings }, "json"),
          );
          if (plan === undefined) throw new Error("no plan");
          const { findings } = advisePlan({ plan, at: AT });
          return findings
            .map(({ finding }) => finding)
            .filter(({ kind }) => kind === "plan/spill" || kind === "plan/lossy-bitmap");
        };
        const [found] = await kindsWith(scenario.settings ?? {});
        const advised = /work_mem = '(\w+)'/.exec(found?.remedy ?? "")?.[1];
        if (advised === undefined) continue;
        const left = await kindsWith({ ...scenario.settings, work_mem: advised });
        expect(
          left.map(({ summary }) => summary),
          `${scenario.name} with ${advised}`,
        ).toEqual([]);
        const bytes = found?.evidence.find(({ name }) => name.startsWith("work_mem"))?.value ?? 0;
        const third = `${Math.max(64, Math.floor(bytes / 1024 / 4))}kB`;
        const still = await kindsWith({ ...scenario.settings, work_mem: third });
        expect(still.length, `${scenario.name} with ${third}`).toBeGreaterThan(0);
      }
    });
  }

  it("are read from text as from JSON", async () => {
    const all = [...scenariosOf(major).filter(({ setup }) => setup === undefined), ...pairs];
    for (const { statement, ...rest } of all) {
      const settings = "settings" in rest ? rest.settings : {};
      const read = async (form: PlanForm, how: string) =>
        readPlans(
          await explainScenario(client, { statement, settings, isNotRun: true }, form, how),
        );
      const how = "verbose, settings";
      const [text] = await read("text", how);
      const [json] = await read("json", how);
      expect(comparable(text), statement).toEqual(comparable(json));
    }
    for (const { statement, settings = {} } of HEALTHY_SCENARIOS.filter(
      ({ setup }) => setup === undefined,
    )) {
      const how = "analyze, buffers off, verbose, timing off, summary off";
      const side = {
        statement,
        settings: { ...settings, max_parallel_workers_per_gather: "0" },
        isNotRun: true,
      };
      const [text] = readPlans(await explainScenario(client, side, "text", how));
      const [json] = readPlans(await explainScenario(client, side, "json", how));
      expect(comparable(text), statement).toEqual(comparable(json));
    }
  });

  it("are read from what auto_explain writes to every kind of log", async () => {
    const own = new pg.Client({ connectionString: postgres.url() });
    const messages: string[] = [];
    own.on("notice", ({ message = "" }) => messages.push(message));
    await own.connect();
    await own.query("load 'auto_explain'");
    await own.query("set auto_explain.log_level = notice");
    for (const form of ["text", "json"]) {
      await own.query(`set auto_explain.log_format = '${form}'`);
      await own.query("set auto_explain.log_analyze = on; set auto_explain.log_buffers = on");
      await own.query("set auto_explain.log_min_duration = 0");
      await own.query(`select count(*) from orders\n  where status = 'it''s "quoted", \n twice'`);
      await own.query("select * from customers where email = $1", ["user9@example.com"]);
      await own.query("set auto_explain.log_min_duration = -1");
    }
    await own.end();
    for (const [name, write] of Object.entries(LOG_FORMS)) {
      const plans = readPlans(messages.map(write).join("\n"));
      expect(
        plans.map(({ form, root }) => `${form} ${root.nodeType}`),
        name,
      ).toEqual(["text Aggregate", "text Index Scan", "json Aggregate", "json Index Scan"]);
      for (const { root, statement, durationMs, isAnalyzed } of plans) {
        expect(statement, name).toMatch(/^select .* from (?:orders\n {2}where|customers)/);
        expect(durationMs).toBeGreaterThan(0);
        expect(isAnalyzed).toBe(true);
        expect(root.blocks?.sharedHit).toBeGreaterThan(0);
      }
      expect(plans[0]?.root.children[0]?.filter).toBe(
        `(status = 'it''s "quoted", \n twice'::text)`,
      );
    }
  });
});

/** What was expected and not found, and what was found and not expected. */
function missing(expected: readonly string[], found: readonly string[]): readonly string[] {
  const left = [...found];
  const absent = expected.filter((one) => {
    const [kind = "", node = ""] = one.split(" @ ");
    const at = left.findIndex((other) => other.startsWith(`${kind} @ `) && other.endsWith(node));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return [...absent.map((one) => `not found: ${one}`), ...left.map((one) => `unexpected: ${one}`)];
}

/** All that both forms tell of a plan. */
function comparable(plan: ExplainedPlan | undefined): unknown {
  return plan === undefined
    ? null
    : { ...plan, form: null, properties: null, root: comparableNode(plan.root) };
}

function comparableNode(node: ExplainedNode): unknown {
  return { ...node, properties: null, children: node.children.map(comparableNode) };
}
