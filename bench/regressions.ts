// Are regressions in series of benchmark runs found, each at its place, without a false one?

import type { Bench, BenchRow } from "./contract.ts";
import { CONTENDERS, type Contender, STREAMGATE } from "./regressions/contenders.ts";
import {
  generatedSeries,
  type LabelledSeries,
  recordedSeries,
} from "./regressions/labelled-series.ts";

const GENERATED = 200;
/** A regression counts as found if it is told within so many runs of its label. */
const TOLERANCE_RUNS = 5;

export const bench: Bench = {
  measure(tell) {
    const recorded = recordedSeries(tell);
    const generated = generatedSeries(GENERATED);
    const rows = CONTENDERS.flatMap((contender) => [
      ...rowsOf(contender, "SAP HANA", recorded),
      ...rowsOf(contender, "generated", generated),
    ]);
    const ours = CONTENDERS.find(({ name }) => name === STREAMGATE);
    const { found, worsened, falseOnes, healthy } = score(ours, recorded);
    for (const { name } of recorded.filter((series) => !isRight(ours, series))) {
      tell(`wrong about ${name}`);
    }
    return Promise.resolve({
      versions: { node: process.version },
      rows,
      verdict: {
        goal: "5 of 5 regressions of the SAP HANA set, 0 of 20 false",
        value: `${found} of ${worsened}, ${falseOnes} of ${healthy} false`,
        met: worsened > 0 && found === worsened && falseOnes === 0,
      },
    });
  },
};

interface Score {
  readonly found: number;
  readonly worsened: number;
  readonly falseOnes: number;
  readonly healthy: number;
}

function score(contender: Contender | undefined, series: readonly LabelledSeries[]): Score {
  const worsened = series.filter(({ regressionAt }) => regressionAt !== undefined);
  const healthy = series.filter(({ regressionAt }) => regressionAt === undefined);
  return {
    found: worsened.filter((one) => isRight(contender, one)).length,
    worsened: worsened.length,
    falseOnes: healthy.filter((one) => !isRight(contender, one)).length,
    healthy: healthy.length,
  };
}

function isRight(contender: Contender | undefined, series: LabelledSeries): boolean {
  const told = contender?.find(series) ?? [];
  const { regressionAt } = series;
  if (regressionAt === undefined) return told.length === 0;
  return told.some((at) => Math.abs(at - regressionAt) <= TOLERANCE_RUNS);
}

function rowsOf(
  contender: Contender,
  set: string,
  series: readonly LabelledSeries[],
): readonly BenchRow[] {
  if (series.length === 0) return [];
  const began = process.cpuUsage();
  const { found, worsened, falseOnes, healthy } = score(contender, series);
  const { user, system } = process.cpuUsage(began);
  const row = (metric: string, unit: string, value: number): BenchRow => ({
    subject: contender.name,
    metric: `${set}: ${metric}`,
    unit,
    median: value,
    best: value,
    ratio: 1,
  });
  return [
    row(`found of ${worsened}`, "series", found),
    row(`false of ${healthy} healthy`, "series", falseOnes),
    row("CPU a series", "ms", (user + system) / 1_000 / series.length),
  ];
}
