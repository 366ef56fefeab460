import { type Finding, messageOf } from "@streamgate/core";
import type { Twin, Workload } from "@streamgate/pg-advisor";
import type { Sighting } from "./observe.ts";
import type { Turn } from "./turn-context.ts";

/** What is wrong with the plans of the costliest statements. Where they cannot be planned, the rest of the turn goes on. */
export async function findPlanProblems(
  turn: Turn,
  { snapshot }: Sighting,
  workload: Workload,
  whatIf: Twin,
): Promise<readonly Finding[]> {
  try {
    return await turn.instruments.adviseStatements({ workload, snapshot, whatIf });
  } catch (error) {
    turn.context.signal.throwIfAborted();
    turn.tell({
      kind: "warning",
      message: `Plans of the costliest statements were not looked at: ${messageOf(error)}`,
    });
    return [];
  }
}
