import { StreamGateError } from "@streamgate/core";
import type { RunContext } from "../context.ts";
import type { Lab } from "../lab/lab.ts";
import { proofBrokeOff } from "./errors.ts";
import { type LabSession, openLabSession } from "./session.ts";
import { takeBackFix } from "./standing-fix.ts";

/**
 * Opens the lab, and leaves it as it was whatever happens in between.
 *
 * @param work is given a list in which it keeps what takes the fix back
 */
export async function onLab<Result>(
  lab: Lab,
  keepsFix: boolean,
  context: RunContext,
  work: (session: LabSession, takeBack: string[]) => Promise<Result>,
): Promise<Result> {
  const session = await openLabSession(lab.connectionString, context.signal);
  const takeBack: string[] = [];
  try {
    const result = await work(session, takeBack);
    await session.close();
    if (!keepsFix) await takeBackFix(lab.connectionString, takeBack);
    return result;
  } catch (error) {
    await session.close();
    const isThrownAway = lab.description.kind === "copy";
    await takeBackFix(lab.connectionString, takeBack).catch((leftError: unknown) => {
      if (!isThrownAway) throw leftError;
    });
    if (context.signal.aborted || error instanceof StreamGateError) throw error;
    throw proofBrokeOff(error);
  }
}
