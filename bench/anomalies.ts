// How well are anomalies found as NAB scores it, how often is a healthy series called sick, and what does a point cost?
import { measureCost } from "./anomalies/measure-cost.ts";
import { measureFaults } from "./anomalies/measure-faults.ts";
import { measureHealthy } from "./anomalies/measure-healthy.ts";
import { measureNab } from "./anomalies/measure-nab.ts";
import { readNab } from "./anomalies/nab-corpus.ts";
import type { Bench } from "./contract.ts";

const LEAST_STANDARD = 65;
const LEAST_LOW_FP = 55;
const MOST_ALARMS_PER_DAY = 0.1;

export const bench: Bench = {
  async measure(tell) {
    const cost = measureCost(tell);
    const healthy = measureHealthy(tell);
    const faults = measureFaults(tell);
    const corpus = readNab(tell);
    const nab = corpus.length === 0 ? undefined : measureNab(corpus, tell);
    const standard = nab?.standard ?? 0;
    const lowFalsePositives = nab?.lowFalsePositives ?? 0;
    const scored =
      nab === undefined
        ? "no NAB"
        : `standard ${standard.toFixed(1)}, low-FP ${lowFalsePositives.toFixed(1)}`;
    return {
      versions: { node: process.version },
      rows: [...(nab?.rows ?? []), ...healthy.rows, ...faults, ...cost],
      verdict: {
        goal: `NAB standard at least ${LEAST_STANDARD}, low-FP at least ${LEAST_LOW_FP}; at most ${MOST_ALARMS_PER_DAY} false alarms a day on healthy series`,
        value: `${scored}; ${healthy.alarmsPerDay.toFixed(3)} false alarms a day`,
        met:
          standard >= LEAST_STANDARD &&
          lowFalsePositives >= LEAST_LOW_FP &&
          healthy.alarmsPerDay <= MOST_ALARMS_PER_DAY,
      },
    };
  },
};
