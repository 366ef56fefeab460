import { quantileOf } from "../cache-bus/rows.ts";
import type { BenchRow, BenchVerdict } from "../contract.ts";
import { OURS } from "./contender.ts";
import type { TrialResult } from "./herd.ts";
import { type Case, HEALTHY, HOLDER_KILLED, HURRIED } from "./trials.ts";

const MOST_LOADS = 1;
const MOST_LOADS_AFTER_KILL = 2;
const MOST_LOADS_OF_PROCESS = 1;

/** Loads of a key on average and at most, and how long callers waited; ratios are to the first case of the same situation and size. */
export function rowsOf(cases: readonly Case[]): BenchRow[] {
  return cases.flatMap((one) => {
    const { subject, situation, processes, results } = one;
    const against = cases.find(
      (other) => other.situation === situation && other.processes === processes,
    );
    const row = (what: string, unit: string, value: (some: readonly TrialResult[]) => number) => {
      const found = value(results);
      const metric = [`${processes} processes`, situation, what].filter(Boolean).join(", ");
      const compared = value(against?.results ?? results);
      const ratio = found === compared ? 1 : found / compared;
      return { subject, metric, unit, median: found, best: found, ratio };
    };
    const loads = [
      row("trials", "", (some) => some.length),
      row("mean", "loads", (some) => sumOf(some, ({ loads: count }) => count) / some.length),
      row("most", "loads", (some) => Math.max(...some.map(({ loads: count }) => count))),
    ];
    const waits = [
      row("failed callers", "callers", (some) => sumOf(some, ({ failures }) => failures)),
      row("slowest caller, median", "ms", (some) => quantileOf(longestOf(some), 0.5)),
      row("slowest caller, longest", "ms", (some) => quantileOf(longestOf(some), 1)),
    ];
    if (!isDeath(situation)) return [...loads, ...waits];
    const ofProcess = row("most of a process", "loads", (some) =>
      Math.max(...some.map(({ mostLoadsOfProcess }) => mostLoadsOfProcess)),
    );
    return [...loads, ofProcess, ...waits];
  });
}

export function verdictOf(cases: readonly Case[]): BenchVerdict {
  const ours = cases.filter(({ subject }) => subject === OURS);
  const most = (
    isMeant: (situation: string) => boolean,
    value: (result: TrialResult) => number,
  ): number => {
    const results = ours
      .filter(({ situation }) => isMeant(situation))
      .flatMap((one) => one.results);
    return Math.max(...results.map(value));
  };
  const healthy = most(
    (situation) => situation === HEALTHY,
    ({ loads }) => loads,
  );
  const killed = most(
    (situation) => situation === HOLDER_KILLED,
    ({ loads }) => loads,
  );
  const dead = most(isDeath, ({ mostLoadsOfProcess }) => mostLoadsOfProcess);
  const failures = sumOf(
    ours.flatMap(({ results }) => results),
    (result) => result.failures,
  );
  return {
    goal: `${MOST_LOADS} load; at most ${MOST_LOADS_AFTER_KILL} when the holder is killed; at most ${MOST_LOADS_OF_PROCESS} a process when Redis dies; no caller fails`,
    value: `${healthy}; ${killed}; ${dead}; ${failures}`,
    met:
      healthy === MOST_LOADS &&
      killed <= MOST_LOADS_AFTER_KILL &&
      dead <= MOST_LOADS_OF_PROCESS &&
      failures === 0,
  };
}

function isDeath(situation: string): boolean {
  return ![HEALTHY, HURRIED, HOLDER_KILLED].includes(situation);
}

function longestOf(results: readonly TrialResult[]): readonly number[] {
  return results.map(({ longestMs }) => longestMs);
}

function sumOf(results: readonly TrialResult[], value: (result: TrialResult) => number): number {
  return results.reduce((sum, result) => sum + value(result), 0);
}
