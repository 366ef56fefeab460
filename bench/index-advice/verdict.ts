import type { BenchVerdict } from "../contract.ts";
import type { CaseFound } from "./measure-case.ts";
import { type SetSummary, shareForetold, summarise } from "./summary.ts";

const LEAST_CUT = 0.5;
const LONGEST_ADVISING_MS = 10_000;
const LEAST_SHARE_FORETOLD = 0.8;

/** Every part of the goal on every workload: one that is missed is enough to miss it. */
export function verdictOf(found: readonly CaseFound[]): BenchVerdict {
  const parts = found.map(judge);
  const foretold = shareForetold(found);
  return {
    goal:
      "real time (CPU and wall) cut by at least 50 % within the real bytes of the single-column baseline, no statement " +
      "above 1.05x, an estimated cut not below the best baseline's at equal budget, advised in at most 10 s of CPU; " +
      "foretold savings within 0.8-1.25 of the measured ones for at least 80 % of the indexes",
    value: `${parts.map(({ value }) => value).join("; ")}; foretold well: ${percent(foretold)}`,
    met: parts.every(({ isMet }) => isMet) && foretold >= LEAST_SHARE_FORETOLD,
  };
}

function judge(found: CaseFound): { readonly value: string; readonly isMet: boolean } {
  const whole = summarise(found).filter(({ set }) => set.budget === "whole");
  const own = whole.find(({ set }) => set.advisor === "StreamGate");
  if (own === undefined) throw new Error("StreamGate's advice was not measured");
  const rivals = whole.filter((summary) => summary.set.advice.foretold === null);
  const best = bestEstimate(rivals);
  const { set, slower } = own;
  const isMet =
    Math.min(own.cpuCut, own.wallCut) >= LEAST_CUT &&
    set.realBytes <= set.budgetBytes &&
    slower.length === 0 &&
    own.estimatedCut >= best.estimatedCut &&
    set.advisedCpuMs <= LONGEST_ADVISING_MS;
  const value = [
    `${found.workload.name}: cut by ${percent(own.cpuCut)} CPU, ${percent(own.wallCut)} wall`,
    ...(found.before.some(({ isTimedOut }) => isTimedOut)
      ? [`of what ended in time before ${percent(own.cpuCutOfFinished)}`]
      : []),
    `${percent(set.realBytes / set.budgetBytes)} of the bytes`,
    `${slower.length} slower, ${slower.filter(({ statement }) => statement.isWrite).length} of them writes`,
    `estimated cut ${percent(own.estimatedCut)} against ${percent(best.estimatedCut)} of ${best.set.advisor}`,
    `advised in ${(set.advisedCpuMs / 1000).toFixed(1)} s of CPU (${(set.advice.advisedInMs / 1000).toFixed(1)} s by the clock)`,
  ].join(", ");
  return { value, isMet };
}

function bestEstimate(rivals: readonly SetSummary[]): SetSummary {
  return rivals.reduce((one, other) => (other.estimatedCut > one.estimatedCut ? other : one));
}

function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}
