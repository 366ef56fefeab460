import { type Fix, messageOf } from "@streamgate/core";
import type { Application, RunContext } from "@streamgate/pg-advisor";
import type { Store } from "../store/store.ts";
import type { Instruments } from "./instruments.ts";

/** A fix that stands in a database, and why it is to go. */
export interface RevertRequest {
  readonly run: string | null;
  readonly target: string;
  readonly finding: string;
  readonly fix: Fix;
  readonly connectionString: string;
  readonly reason: string;
}

/** Takes a fix back; `reverting` is in the store before the work, and the outcome after it. */
export async function revertStanding(
  request: RevertRequest,
  store: Store,
  instruments: Pick<Instruments, "revertFix">,
  context: RunContext,
): Promise<Application> {
  const { run, target, finding, fix, connectionString, reason } = request;
  const direction = "revert";
  const id = await store.beginApplication({ run, target, finding, direction, reason, fix });
  try {
    const done = await instruments.revertFix({ fix, connectionString, context });
    await store.endApplication(id, "done", "reverted", done);
    return done;
  } catch (error) {
    await store.endApplication(id, "failed", "applied", { reason: messageOf(error) });
    throw error;
  }
}
