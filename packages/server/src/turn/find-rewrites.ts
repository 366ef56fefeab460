import { type Advice, messageOf } from "@streamgate/core";
import type { Choice, Twin, Workload } from "@streamgate/pg-advisor";
import type { Sighting } from "./observe.ts";
import type { Turn } from "./turn-context.ts";

const NOTHING: Advice = { findings: [], declined: [] };

/**
 * Statements that can be said otherwise, with the same result and at less cost, also once the advised indexes stand. Where they cannot be
 * weighed, the rest of the turn goes on.
 */
export async function findRewrites(
  turn: Turn,
  { snapshot }: Sighting,
  workload: Workload,
  whatIf: Twin,
  choice: Choice,
): Promise<Advice> {
  try {
    return await turn.instruments.adviseRewrites({
      workload,
      snapshot,
      whatIf,
      withIndexes: { present: choice.chosen.map(({ candidate }) => candidate.id), absent: [] },
      ...(choice.timeModel === undefined ? {} : { timeModel: choice.timeModel }),
    });
  } catch (error) {
    turn.context.signal.throwIfAborted();
    turn.tell({
      kind: "warning",
      message: `Whether statements can be said otherwise was not looked at: ${messageOf(error)}`,
    });
    return NOTHING;
  }
}
