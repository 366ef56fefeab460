import { nothingToVerify } from "../errors.ts";
import type { Store } from "../store/store.ts";
import { beforeOf } from "./before-windows.ts";
import type { TurnEvent } from "./events.ts";
import { observe } from "./observe.ts";
import { recall } from "./recall.ts";
import { recover } from "./recover.ts";
import { takeTurn } from "./take-turn.ts";
import type { Turn, TurnContext } from "./turn-context.ts";
import type { TurnOptions } from "./turn-options.ts";
import type { TurnReport } from "./turn-state.ts";
import { changedTables, judge, watchAfter } from "./verify.ts";

/**
 * Watches production again after an apply, and judges the fix against what was seen before it. One that did harm is taken back.
 *
 * @throws StreamGateError `SG_SERVER_NOTHING_TO_VERIFY` where it does not stand, or nothing was watched before it was applied
 */
export function verifyAgain(
  finding: string,
  options: Omit<TurnOptions, "goal" | "onlyFindings">,
  store: Store,
  context: TurnContext,
  onEvent: (event: TurnEvent) => void,
): Promise<TurnReport> {
  const resolved: TurnOptions = { ...options, goal: "verify", onlyFindings: [finding] };
  return takeTurn(resolved, store, context, onEvent, (turn) => watchAgain(turn, finding));
}

async function watchAgain(turn: Turn, id: string): Promise<void> {
  const { store, target } = turn;
  const sighting = await turn.stage("observe", async () => {
    await recover(turn);
    return observe(turn);
  });
  const standing = await store.standingFindings(target);
  const known = standing.find((one) => one.id === id);
  if (known === undefined) throw nothingToVerify(id, "its fix does not stand");
  const before = beforeOf(await store.lastApplyDocument(target, id));
  if (before.length === 0) throw nothingToVerify(id, "nothing was watched before it was applied");
  const { finding } = known;
  const { workload } = await turn.stage("diagnose", () => recall(turn, sighting, [id]));
  turn.tell({ kind: "finding", finding, state: known.state });
  await turn.stage("verify", async () => {
    const after = await watchAfter(turn);
    // Whatever else was applied since then moves statements that are no control any more.
    const all = standing.map((one) => one.finding);
    const tables = await changedTables(turn, all, workload);
    const ownTables = await changedTables(turn, [finding], workload);
    await judge(turn, { finding, workload, before, after, tables, ownTables });
  });
  turn.context.signal.throwIfAborted();
}
