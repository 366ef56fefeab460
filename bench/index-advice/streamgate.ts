import { seededRandom, systemClock } from "@streamgate/core";
import {
  chooseIndexes,
  generateCandidates,
  type RunContext,
  workloadFromSql,
} from "@streamgate/pg-advisor";
import type { Advice, Advisor, AdvisorInput } from "./advisor.ts";

/** The goal is advice within 10 s: the search is told to end before, as it is not all of the advising. */
const SEARCH_MS = 7_000;
const LONG_SEARCH_MS = 30_000;

/** StreamGate through its public interface, with the times that production's counters would give. */
export const streamGate: Advisor = {
  name: "StreamGate",
  advise: (input, budgetBytes) => advise(input, budgetBytes, SEARCH_MS),
};

/** The same with time enough to search on: what is found beyond the first seconds. */
export const patientStreamGate: Advisor = {
  name: "StreamGate, 30 s",
  advise: (input, budgetBytes) => advise(input, budgetBytes, LONG_SEARCH_MS),
};

async function advise(input: AdvisorInput, budgetBytes: number, timeMs: number): Promise<Advice> {
  const started = performance.now();
  const { snapshot } = input;
  const context = quietContext();
  const twin = await input.makeTwin();
  try {
    const workload = await workloadFromSql(asFile(input), {
      snapshot,
      whatIf: twin,
      random: context.random,
    });
    const { candidates } = generateCandidates(workload, snapshot);
    const choice = await chooseIndexes({
      workload,
      snapshot,
      candidates,
      whatIf: twin,
      context,
      options: { budgetBytes, timeMs },
    });
    return {
      indexes: choice.chosen.map(({ candidate }) => candidate.definition),
      believedBytes: choice.chosen.reduce((sum, chosen) => sum + chosen.predictedSizeBytes, 0),
      plannerCalls: choice.plannerCalls,
      advisedInMs: performance.now() - started,
      foretold: { chosen: choice.chosen },
    };
  } finally {
    await twin.close();
  }
}

/** The workload as a file of statements, with what production counted in comments: one mean for all values. */
function asFile({ statements, meansMs }: AdvisorInput): string {
  const texts = statements.flatMap(({ sql, alternatives, callsAnHour }, index) => {
    const meanMs = (meansMs[index] ?? 0).toFixed(6);
    const calls = Math.ceil(callsAnHour / (1 + alternatives.length));
    return [sql, ...alternatives].map((text) => `-- calls: ${calls} mean: ${meanMs}ms\n${text};\n`);
  });
  return texts.join("\n");
}

function quietContext(): RunContext {
  return {
    clock: systemClock,
    random: seededRandom(1),
    signal: new AbortController().signal,
    onProgress: () => undefined,
  };
}
