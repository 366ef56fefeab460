import type { CaseFound } from "./measure-case.ts";
import { summarise } from "./summary.ts";

const LONGEST_SQL = 60;

/** One line a statement: what it takes without advice, and how much of that with each advised set. */
export function tellStatements(found: CaseFound, tell: (line: string) => void): void {
  const { workload, before, sets } = found;
  const outOfTime = workload.statements.filter((_, at) => before[at]?.isTimedOut === true);
  if (outOfTime.length > 0) {
    const names = outOfTime.map(({ name }) => name).join(", ");
    tell(`${workload.name}: ran out of time before, and count as the time-out: ${names}`);
  }
  const columns = sets.map(({ advisor, budget }) => `${advisor} (${budget})`).join(", ");
  tell(`${workload.name}: CPU ms before, then how many times that with ${columns}`);
  for (const [at, { name, sql }] of workload.statements.entries()) {
    const base = before[at]?.cpuMs ?? Number.NaN;
    const times = sets.map((set) => {
      const own = set.times[at];
      const mark = own?.plan.shape === before[at]?.plan.shape ? " " : "*";
      return `${((own?.cpuMs ?? Number.NaN) / base).toFixed(2)}${mark}`;
    });
    const text = sql.replaceAll(/\s+/g, " ").slice(0, LONGEST_SQL);
    tell(`  ${name.padEnd(12)} ${base.toFixed(2).padStart(9)}  ${times.join(" ")} ${text}`);
  }
  tell("  (* planned otherwise)");
  for (const { set, slower } of summarise(found)) {
    const names = slower.map(
      ({ statement, timesAsLong }) => `${statement.name} ${timesAsLong.toFixed(2)}x`,
    );
    if (names.length === 0) continue;
    tell(`${workload.name}: slower with ${set.advisor} (${set.budget}): ${names.join(", ")}`);
  }
}
