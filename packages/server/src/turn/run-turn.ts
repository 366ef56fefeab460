import type { Store } from "../store/store.ts";
import { apply, approve } from "./apply.ts";
import { type Diagnosis, diagnose } from "./diagnose.ts";
import type { TurnEvent } from "./events.ts";
import { observe } from "./observe.ts";
import { type Proofs, prove } from "./prove.ts";
import { recall, rememberAgain } from "./recall.ts";
import { recover } from "./recover.ts";
import { takeTurn } from "./take-turn.ts";
import type { Turn, TurnContext } from "./turn-context.ts";
import { reaches, type TurnOptions } from "./turn-options.ts";
import type { TurnReport } from "./turn-state.ts";
import { verify, watchBefore } from "./verify.ts";

/**
 * One turn of the loop: observe, diagnose, prove, apply, verify, as far as the goal goes. All that
 * happens is told as events and remembered in the store. An error or an abort ends the turn, is
 * noted in the store, and is thrown.
 */
export function runTurn(
  options: TurnOptions,
  store: Store,
  context: TurnContext,
  onEvent: (event: TurnEvent) => void,
): Promise<TurnReport> {
  return takeTurn(options, store, context, onEvent, followTheLoop);
}

async function followTheLoop(turn: Turn): Promise<void> {
  const { goal } = turn.options;
  const sighting = await turn.stage("observe", async () => {
    await recover(turn);
    return observe(turn);
  });
  const diagnosis = await turn.stage("diagnose", async () => {
    const { onlyFindings } = turn.options;
    if (onlyFindings === null) return diagnose(turn, sighting);
    const recalled = await recall(turn, sighting, onlyFindings);
    await rememberAgain(turn, recalled.findings);
    return recalled;
  });
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
    const { workload } = diagnosis;
    return { before: seen, standing: await apply(turn, approved, { windows: seen, workload }) };
  });
  if (isVerified && standing.length > 0) {
    await turn.stage("verify", () => verify(turn, standing, diagnosis, before));
  }
}
