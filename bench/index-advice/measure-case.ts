import { readSnapshot } from "@streamgate/pg-advisor";
import type { TestPostgres } from "../../test/support/postgres.ts";
import type { MakeTwin } from "../twin/make-twin.ts";
import { adviseAndBuild, type BuiltAdvice, megabytes } from "./advise-and-build.ts";
import type { AdvisorInput } from "./advisor.ts";
import { compareForetold, type ForetoldSaving } from "./measure/compare-foretold.ts";
import { type StatementTimes, timeStatements } from "./measure/time-statements.ts";
import { TimedSession } from "./measure/timed-session.ts";
import { allSingleColumn } from "./rivals/all-single-column.ts";
import { extend } from "./rivals/extend.ts";
import { oneQueryAtATime } from "./rivals/one-query-at-a-time.ts";
import { readStatementColumns } from "./rivals/statement-columns.ts";
import { patientStreamGate, streamGate } from "./streamgate.ts";
import type { WorkloadCase } from "./workload-case.ts";

/** What a set of advised indexes really did. */
export interface SetFound extends BuiltAdvice {
  readonly realBytes: number;
  /** In the order of the statements. */
  readonly times: readonly StatementTimes[];
}

export interface CaseFound {
  readonly workload: WorkloadCase;
  /** Without advice. */
  readonly before: readonly StatementTimes[];
  readonly sets: readonly SetFound[];
  /** Of each index that StreamGate advised, what it saves beside those that save more. */
  readonly foretold: readonly ForetoldSaving[];
}

export interface CaseTools {
  readonly postgres: TestPostgres;
  readonly makeTwin: MakeTwin;
  /** A folder that the server may read. */
  readonly folder: string;
  readonly timeoutMs: number;
  readonly tell: (line: string) => void;
}

/** Every advisor on one workload, with one set of statistics, each advised set really built and run. */
export async function measureCase(workload: WorkloadCase, tools: CaseTools): Promise<CaseFound> {
  const { postgres } = tools;
  const tell = (line: string): void => tools.tell(`${workload.name}: ${line}`);
  tell("loading rows");
  await workload.load(postgres, tools.folder);
  tell(`running ${workload.statements.length} statements`);
  const input = await observe(workload, tools);

  const ask = { input, template: workload.database, postgres, tell };
  const unlimited = { budget: "whole", budgetBytes: Number.POSITIVE_INFINITY } as const;
  const rule = await adviseAndBuild({ advisor: allSingleColumn, ...unlimited, ...ask }, []);
  const wholeBytes = sumOf(rule.built.bytes);
  tell(`the budget is what these weigh, ${megabytes(wholeBytes)}, and half of it`);
  const standing: BuiltAdvice[] = [{ ...rule, budgetBytes: wholeBytes }];
  const advisors = [streamGate, extend, oneQueryAtATime];
  const whole = { budget: "whole", budgetBytes: wholeBytes } as const;
  for (const advisor of [...advisors, patientStreamGate]) {
    standing.push(await adviseAndBuild({ advisor, ...whole, ...ask }, standing));
  }
  const half = { budget: "half", budgetBytes: Math.floor(wholeBytes / 2) } as const;
  for (const advisor of advisors) {
    standing.push(await adviseAndBuild({ advisor, ...half, ...ask }, standing));
  }

  tell("running the statements with and without the indexes, in turns");
  const timed = await runAll(workload, standing, tools);
  tell("building what StreamGate advised one index at a time");
  const own = standing.find(({ advisor }) => advisor === streamGate.name);
  const foretold = await compareForetold(workload, own?.advice.foretold ?? null, tools);
  return { workload, ...timed, foretold };
}

/** What production would know: how long statements take, and the planner's statistics. */
async function observe(
  { database, statements }: WorkloadCase,
  { postgres, timeoutMs, makeTwin }: CaseTools,
): Promise<AdvisorInput> {
  const url = postgres.url(database);
  const session = await TimedSession.open(url, timeoutMs);
  const [times = []] = await timeStatements([session], statements);
  await session.close();
  // Loading is no traffic: the counters begin afterwards.
  await postgres.query("select pg_stat_reset()", undefined, database);
  const snapshot = await readSnapshot(url, { needsStatements: false });
  return {
    statements,
    snapshot,
    makeTwin: () => makeTwin(snapshot),
    meansMs: times.map(({ cpuMs }) => cpuMs),
    columns: await readStatementColumns(url, statements),
  };
}

/** All databases take turns, statement by statement. */
async function runAll(
  { database, statements }: WorkloadCase,
  standing: readonly BuiltAdvice[],
  { postgres, timeoutMs }: CaseTools,
): Promise<Pick<CaseFound, "before" | "sets">> {
  const databases = [...new Set([database, ...standing.map(({ built }) => built.database)])];
  const sessions: TimedSession[] = [];
  for (const name of databases) {
    sessions.push(await TimedSession.open(postgres.url(name), timeoutMs));
  }
  const times = await timeStatements(sessions, statements);
  for (const session of sessions) await session.close();
  const sets = standing.map((one) => ({
    ...one,
    realBytes: sumOf(one.built.bytes),
    times: times[databases.indexOf(one.built.database)] ?? [],
  }));
  return { before: times[0] ?? [], sets };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
