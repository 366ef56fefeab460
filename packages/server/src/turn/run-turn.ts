import { StreamGateError } from "@streamgate/core";
import { addressOf, redact, withoutPassword } from "../secrets/redact.ts";
import type { RunOutcome } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import { apply, approve } from "./apply.ts";
import { type Diagnosis, diagnose } from "./diagnose.ts";
import type { Problem, TurnEvent } from "./events.ts";
import { observe } from "./observe.ts";
import { type Proofs, prove } from "./prove.ts";
import { recover } from "./recover.ts";
import { beginTurn, type Turn, type TurnContext } from "./turn-context.ts";
import {
  type ResolvedTurnOptions,
  reaches,
  TURN_DEFAULTS,
  type TurnOptions,
} from "./turn-options.ts";
import { afterEvent, initialState, type TurnReport, type TurnState } from "./turn-state.ts";
import { verify, watchBefore } from "./verify.ts";

/**
 * One turn of the loop: observe, diagnose, prove, apply, verify, as far as the goal goes. All that
 * happens is told as events and remembered in the store. An error or an abort ends the turn, is
 * noted in the store, and is thrown.
 */
export async function runTurn(
  options: TurnOptions,
  store: Store,
  context: TurnContext,
  onEvent: (event: TurnEvent) => void,
): Promise<TurnReport> {
  const resolved = resolveTurnOptions(options);
  let state: TurnState = initialState(resolved.targetName, resolved.goal);
  const tellAll = (event: TurnEvent): void => {
    state = afterEvent(state, event);
    onEvent(event);
  };
  const run = await store.beginRun({
    target: resolved.targetName,
    connection: withoutPassword(resolved.connectionString),
    goal: resolved.goal,
  });
  const turn = beginTurn(resolved, store, run, context, tellAll);
  turn.tell({ kind: "turn started", run, target: turn.target, goal: resolved.goal });
  const end = async (outcome: RunOutcome, problem?: Problem): Promise<void> => {
    turn.tell({ kind: "turn ended", outcome, ...(problem === undefined ? {} : { problem }) });
    await store.endRun(run, outcome, state);
  };
  try {
    await followTheLoop(turn);
  } catch (error) {
    const outcome = context.signal.aborted ? "interrupted" : "failed";
    await end(outcome, problemOf(error)).catch(() => undefined);
    throw error;
  }
  await end("finished");
  return state;
}

async function followTheLoop(turn: Turn): Promise<void> {
  const { goal } = turn.options;
  const sighting = await turn.stage("observe", async () => {
    await recover(turn);
    return observe(turn);
  });
  const diagnosis = await turn.stage("diagnose", () => diagnose(turn, sighting));
  if (!reaches(goal, "prove")) return;
  const proofs = await turn.stage("prove", () => prove(turn, sighting, diagnosis));
  if (!reaches(goal, "apply")) return;
  await applyAndVerify(turn, diagnosis, proofs);
}

/** Production is watched before the first change, so that there is something to compare with. */
async function applyAndVerify(turn: Turn, diagnosis: Diagnosis, proofs: Proofs): Promise<void> {
  const isVerified = reaches(turn.options.goal, "verify");
  const { before, standing } = await turn.stage("apply", async () => {
    const approved = await approve(turn, diagnosis.findings, proofs);
    const seen = isVerified && approved.length > 0 ? await watchBefore(turn) : [];
    return { before: seen, standing: await apply(turn, approved) };
  });
  if (isVerified && standing.length > 0) {
    await turn.stage("verify", () => verify(turn, standing, diagnosis, before));
  }
}

function resolveTurnOptions(options: TurnOptions): ResolvedTurnOptions {
  return { ...TURN_DEFAULTS, targetName: addressOf(options.connectionString), ...options };
}

/** What a person is told of an error that ended the turn. */
export function problemOf(error: unknown): Problem {
  if (error instanceof StreamGateError) {
    return {
      code: error.code,
      tried: redact(error.tried),
      happened: redact(error.happened),
      remedy: redact(error.remedy),
    };
  }
  return {
    code: "SG_SERVER_UNEXPECTED",
    tried: "finish what was begun",
    happened: redact(error instanceof Error ? error.message : String(error)),
    remedy: "run it again with STREAMGATE_DEBUG=1 and read the trace",
  };
}
