import { SLOWER, type StatementTimes } from "./measure/time-statements.ts";
import type { CaseFound, SetFound } from "./measure-case.ts";
import type { BenchStatement } from "./workload-case.ts";

/** A set of indexes in figures; shares are from 0 to 1. */
export interface SetSummary {
  readonly set: SetFound;
  /** Of the planner's cost of an hour. */
  readonly estimatedCut: number;
  /** Of the time of an hour: of the server's processes on the processor, and by the clock. */
  readonly cpuCut: number;
  readonly wallCut: number;
  /** The same without the statements that ran out of time before. */
  readonly cpuCutOfFinished: number;
  readonly wallCutOfFinished: number;
  /** Processor time that an hour takes less, in milliseconds, and what StreamGate foretold of it. */
  readonly savedMsPerHour: number;
  readonly foretoldMsPerHour: number | null;
  /** Statements that take above 1.05 times as long. */
  readonly slower: readonly SlowerStatement[];
}

interface SlowerStatement {
  readonly statement: BenchStatement;
  readonly timesAsLong: number;
}

type Read = (times: StatementTimes) => number;

export function summarise({ workload, before, sets }: CaseFound): readonly SetSummary[] {
  const all = [...workload.statements.keys()];
  const finished = all.filter((at) => before[at]?.isTimedOut === false);
  return sets.map((set) => {
    const anHour = (times: readonly StatementTimes[], read: Read, of: readonly number[]): number =>
      of.reduce((sum, at) => {
        const [calls, found] = [workload.statements[at]?.callsAnHour ?? 0, times[at]];
        return found === undefined ? sum : sum + calls * read(found);
      }, 0);
    const cut = (read: Read, of: readonly number[]): number =>
      1 - anHour(set.times, read, of) / anHour(before, read, of);
    return {
      set,
      estimatedCut: cut(({ plan }) => plan.cost, all),
      cpuCut: cut(cpuOf, all),
      wallCut: cut(({ wallMs }) => wallMs, all),
      cpuCutOfFinished: cut(cpuOf, finished),
      wallCutOfFinished: cut(({ wallMs }) => wallMs, finished),
      savedMsPerHour: anHour(before, cpuOf, all) - anHour(set.times, cpuOf, all),
      foretoldMsPerHour: foretoldBy(set),
      slower: slowerOf(workload.statements, set.times),
    };
  });
}

function cpuOf({ cpuMs }: StatementTimes): number {
  return cpuMs;
}

/** Net of what the indexes cost writers, as the measured saving is. */
function foretoldBy({ advice }: SetFound): number | null {
  if (advice.foretold === null) return null;
  return advice.foretold.chosen.reduce(
    (sum, { savedMsPerHour, writeCostMsPerHour }) => sum + savedMsPerHour - writeCostMsPerHour,
    0,
  );
}

function slowerOf(
  statements: readonly BenchStatement[],
  times: readonly StatementTimes[],
): readonly SlowerStatement[] {
  return statements.flatMap((statement, at) => {
    const timesAsLong = times[at]?.timesAsLong ?? 1;
    return timesAsLong > SLOWER ? [{ statement, timesAsLong }] : [];
  });
}

/** Share of the advised indexes whose foretold saving is within 0.8–1.25 of the measured one. */
export function shareForetold(found: readonly CaseFound[]): number {
  const all = found.flatMap(({ foretold }) => foretold);
  const near = all.filter(({ foretoldMsPerHour, measuredMsPerHour }) => {
    const times = foretoldMsPerHour / measuredMsPerHour;
    return times >= 0.8 && times <= 1.25;
  });
  return near.length / all.length;
}
