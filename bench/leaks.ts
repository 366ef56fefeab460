// Are real leaks found from natural collections alone, their place named, and healthy programs left in peace?
import type { Bench, BenchRow } from "./contract.ts";
import { HELD_OUT_SEED, type PlannedRun, planRuns } from "./leaks/plan.ts";
import { runAll, runProgram } from "./leaks/run-program.ts";
import { type FinishedRun, isAlarmed, namesSite, type Score, score } from "./leaks/score.ts";
import type { Subject } from "./leaks/world.ts";
import { libraryVersions } from "./support/versions.ts";

const LENGTH_SECONDS = Number(process.env.STREAMGATE_BENCH_SECONDS ?? 75);
const AT_ONCE = Number(process.env.STREAMGATE_BENCH_AT_ONCE ?? 28);
const FIRST_SEED = Number(process.env.STREAMGATE_BENCH_SEED ?? HELD_OUT_SEED);
const LEAST_RECALL = 0.95;
const MOST_FALSE_ALARMS = 0.01;
const LEAST_SITES = 0.8;

export const bench: Bench = {
  async measure(tell) {
    const runs = await planRuns(FIRST_SEED);
    tell(`${runs.length} programs, ${LENGTH_SECONDS} s each, ${AT_ONCE} at once`);
    const finished = await runAll(runs, AT_ONCE, (run) => finish(run, tell));
    const result = score(finished);
    return {
      versions: await libraryVersions([]),
      rows: rowsOf(result),
      verdict: {
        goal: `of ${runs.filter(({ leaks }) => leaks).length} leaks at least ${LEAST_RECALL * 100} % found, of ${runs.filter(({ leaks }) => !leaks).length} healthy runs at most ${MOST_FALSE_ALARMS * 100} % alarmed, the place named in at least ${LEAST_SITES * 100} % of the leaks found`,
        value: `${percent(result.recall)} found, ${percent(result.falseAlarms)} false, ${percent(result.sitesNamed)} named`,
        met:
          result.recall >= LEAST_RECALL &&
          result.falseAlarms <= MOST_FALSE_ALARMS &&
          result.sitesNamed >= LEAST_SITES,
      },
    };
  },
};

async function finish(run: PlannedRun, tell: (line: string) => void): Promise<FinishedRun> {
  const { subject } = (await import(`./leaks/subjects/${run.name}.ts`)) as {
    readonly subject: Subject;
  };
  const finished = { run, sites: subject.sites, report: await runProgram(run, LENGTH_SECONDS) };
  tell(lineOf(finished));
  return finished;
}

/** What went wrong is told with all that is known of it. */
function lineOf(finished: FinishedRun): string {
  const { run, report } = finished;
  const alarms = report.findings.map(
    ({ place, summary, afterSeconds }) => `${Math.round(afterSeconds)} s: ${summary} [${place}]`,
  );
  const verdict = run.leaks
    ? isAlarmed(finished)
      ? namesSite(finished)
        ? "found and named"
        : "found, not named"
      : "MISSED"
    : isAlarmed(finished)
      ? "FALSE ALARM"
      : "left in peace";
  const isRight = verdict === "found and named" || verdict === "left in peace";
  return `${verdict}: ${run.name} ${run.seed}, ${report.floors} major collections${isRight ? "" : ` ${alarms.join("; ")}`}`;
}

function rowsOf(result: Score): readonly BenchRow[] {
  const row = (
    subject: string,
    metric: string,
    unit: string,
    value: number,
    ratio = 1,
  ): BenchRow => ({
    subject,
    metric,
    unit,
    median: value,
    best: value,
    ratio,
  });
  return [
    row("streamgate", "leaks found", "ratio", result.recall),
    ...result.rivals.map(({ name, recall }) =>
      row(name, "leaks found", "ratio", recall, recall / result.recall),
    ),
    row("streamgate", "healthy runs alarmed", "ratio", result.falseAlarms),
    ...result.rivals.map(({ name, falseAlarms }) =>
      row(
        name,
        "healthy runs alarmed",
        "ratio",
        falseAlarms,
        falseAlarms / Math.max(1e-9, result.falseAlarms),
      ),
    ),
    row("streamgate", "place named, of leaks found", "ratio", result.sitesNamed),
    row("streamgate", "time until told", "s", result.medianSeconds),
    row("streamgate", "agent's own share of the CPU time", "ratio", result.agentCpuShare),
  ];
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
