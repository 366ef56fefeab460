import { StreamGateError } from "@streamgate/core";
import { addressOf, redact, withoutPassword } from "../secrets/redact.ts";
import type { RunOutcome } from "../store/records.ts";
import type { Store } from "../store/store.ts";
import type { Problem, TurnEvent } from "./events.ts";
import { beginTurn, type Turn, type TurnContext } from "./turn-context.ts";
import { type ResolvedTurnOptions, TURN_DEFAULTS, type TurnOptions } from "./turn-options.ts";
import { afterEvent, initialState, type TurnReport, type TurnState } from "./turn-state.ts";

/** Begins a turn, lets `loop` do its work, and notes how it ended. What the loop throws is noted and thrown. */
export async function takeTurn(
  options: TurnOptions,
  store: Store,
  context: TurnContext,
  onEvent: (event: TurnEvent) => void,
  loop: (turn: Turn) => Promise<void>,
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
    isWhole: resolved.onlyFindings === null && resolved.observation.kind !== "file",
  });
  const turn = beginTurn(resolved, store, run, context, tellAll);
  turn.tell({ kind: "turn started", run, target: turn.target, goal: resolved.goal });
  const end = async (outcome: RunOutcome, problem?: Problem): Promise<void> => {
    turn.tell({ kind: "turn ended", outcome, ...(problem === undefined ? {} : { problem }) });
    await store.endRun(run, outcome, state);
  };
  try {
    await loop(turn);
  } catch (error) {
    const outcome = context.signal.aborted ? "interrupted" : "failed";
    await end(outcome, problemOf(error)).catch(() => undefined);
    throw error;
  }
  await end("finished");
  return state;
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
