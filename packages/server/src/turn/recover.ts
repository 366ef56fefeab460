import { messageOf } from "@streamgate/core";
import type { ApplicationRecord } from "../store/records.ts";
import type { Turn } from "./turn-context.ts";

/**
 * Cleans up after a StreamGate that was killed while it changed this database: what was half
 * applied or half taken back is taken back, so that the turn starts from a whole state. A fix that
 * still deserves it is found, proven and applied anew.
 */
export async function recover(turn: Turn): Promise<void> {
  const abandoned = await turn.store.abandonedApplications(turn.target);
  for (const application of abandoned) await recoverOne(turn, application);
}

async function recoverOne(turn: Turn, application: ApplicationRecord): Promise<void> {
  const { store, instruments, context, options } = turn;
  const { id, finding, direction, fix, startedAt } = application;
  const work = direction === "apply" ? "An apply" : "A revert";
  try {
    const done = await instruments.revertFix({
      fix,
      connectionString: options.connectionString,
      context,
    });
    const state = direction === "apply" ? "found" : "reverted";
    await store.endApplication(id, "cut short", state, done);
    turn.tell({
      kind: "warning",
      message: `${work} of finding ${finding} was cut short at ${startedAt}; what it left was taken back.`,
    });
  } catch (error) {
    context.signal.throwIfAborted();
    turn.tell({
      kind: "warning",
      message: `${work} of finding ${finding} was cut short at ${startedAt} and could not be cleaned up: ${messageOf(error)}`,
    });
  }
}
