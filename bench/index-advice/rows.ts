import type { BenchRow } from "../contract.ts";
import type { CaseFound } from "./measure-case.ts";
import { type SetSummary, summarise } from "./summary.ts";

type Figure = readonly [metric: string, unit: string, of: (summary: SetSummary) => number];

const FIGURES: readonly Figure[] = [
  ["estimated cut", "% of cost", ({ estimatedCut }) => estimatedCut * 100],
  ["real cut, CPU", "% of time", ({ cpuCut }) => cpuCut * 100],
  ["real cut, wall", "% of time", ({ wallCut }) => wallCut * 100],
  ["real size", "MB", ({ set }) => set.realBytes / 1024 ** 2],
  ["believed size", "MB", ({ set }) => set.advice.believedBytes / 1024 ** 2],
  ["indexes", "count", ({ set }) => set.advice.indexes.length],
  ["reads above 1.05x", "count", (summary) => slowerReads(summary)],
  ["writes above 1.05x", "count", (summary) => summary.slower.length - slowerReads(summary)],
  ["advising, wall", "s", ({ set }) => set.advice.advisedInMs / 1000],
  ["advising, CPU", "s", ({ set }) => set.advisedCpuMs / 1000],
  ["planner calls", "count", ({ set }) => set.advice.plannerCalls],
];

/** Told where a statement ran out of time before: it makes every cut look large. */
const FIGURES_OF_FINISHED: readonly Figure[] = [
  [
    "real cut of what ended in time before, CPU",
    "% of time",
    ({ cpuCutOfFinished }) => cpuCutOfFinished * 100,
  ],
  [
    "real cut of what ended in time before, wall",
    "% of time",
    ({ wallCutOfFinished }) => wallCutOfFinished * 100,
  ],
];

/** All figures of a workload; the ratio is to StreamGate's with the same budget. */
export function rowsOf(found: CaseFound): readonly BenchRow[] {
  const summaries = summarise(found);
  const isOutOfTime = found.before.some(({ isTimedOut }) => isTimedOut);
  const figures = isOutOfTime ? [...FIGURES, ...FIGURES_OF_FINISHED] : FIGURES;
  const rows = figures.flatMap(([metric, unit, of]) =>
    summaries.map((summary): BenchRow => {
      const { advisor, budget } = summary.set;
      const base = summaries.find(
        ({ set }) => set.advisor === "StreamGate" && set.budget === budget,
      );
      const value = of(summary);
      return {
        subject: budget === "whole" ? advisor : `${advisor}, half the budget`,
        metric: `${found.workload.name}: ${metric}`,
        unit,
        median: value,
        best: value,
        ratio: base === undefined ? Number.NaN : value / of(base),
      };
    }),
  );
  return [
    ...rows,
    ...summaries.flatMap((summary) => setRows(found, summary)),
    ...foretoldRows(found),
  ];
}

function setRows(
  { workload }: CaseFound,
  { set, foretoldMsPerHour, savedMsPerHour }: SetSummary,
): readonly BenchRow[] {
  if (foretoldMsPerHour === null) return [];
  return [
    {
      subject: set.budget === "whole" ? set.advisor : `${set.advisor}, half the budget`,
      metric: `${workload.name}: saved by the whole set, foretold against measured`,
      unit: "s an hour foretold",
      median: foretoldMsPerHour / 1000,
      best: foretoldMsPerHour / 1000,
      ratio: foretoldMsPerHour / savedMsPerHour,
    },
  ];
}

function foretoldRows({ workload, foretold }: CaseFound): readonly BenchRow[] {
  return foretold.map(({ index, foretoldMsPerHour, measuredMsPerHour, isFloor }) => ({
    subject: `StreamGate: ${index}`,
    metric: `${workload.name}: saved beside those above it, foretold against measured${isFloor ? ", floors" : ""}`,
    unit: "s an hour foretold",
    median: foretoldMsPerHour / 1000,
    best: foretoldMsPerHour / 1000,
    ratio: foretoldMsPerHour / measuredMsPerHour,
  }));
}

function slowerReads({ slower }: SetSummary): number {
  return slower.filter(({ statement }) => !statement.isWrite).length;
}
