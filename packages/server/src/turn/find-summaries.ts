import { type Advice, messageOf } from "@streamgate/core";
import type { Choice, Twin, Workload } from "@streamgate/pg-advisor";
import type { Sighting } from "./observe.ts";
import type { Turn } from "./turn-context.ts";

const NOTHING: Advice = { findings: [], declined: [] };

/**
 * What the database could know beforehand: summaries for statements that count the same rows again and again, weighed beside the advised
 * indexes, and statistics whose lack misleads the planner. Where they cannot be weighed, the rest of the turn goes on.
 */
export async function findSummaries(
  turn: Turn,
  { snapshot }: Sighting,
  workload: Workload,
  whatIf: Twin,
  choice: Choice,
): Promise<Advice> {
  const { instruments } = turn;
  const withIndexes = {
    present: choice.chosen.map(({ candidate }) => candidate.id),
    absent: [],
  };
  const summaries = await orNothing(turn, "Whether summaries would answer statements", () =>
    instruments.adviseSummaries({ workload, snapshot, whatIf, withIndexes }),
  );
  const statistics = await orNothing(turn, "Whether the planner lacks statistics", () =>
    instruments.adviseStatistics({ workload, snapshot, whatIf }),
  );
  return {
    findings: [...summaries.findings, ...statistics.findings],
    declined: [...summaries.declined, ...statistics.declined],
  };
}

async function orNothing(turn: Turn, what: string, advise: () => Promise<Advice>): Promise<Advice> {
  try {
    return await advise();
  } catch (error) {
    turn.context.signal.throwIfAborted();
    turn.tell({ kind: "warning", message: `${what} was not looked at: ${messageOf(error)}` });
    return NOTHING;
  }
}
