import { setImmediate as nextTurn } from "node:timers/promises";

/** The longest that work on many points keeps the event loop from everybody else. */
const MOST_TURN_MS = 5;

/** Lets others have a turn, where this one has lasted long enough. */
export type Breather = () => Promise<void> | undefined;

/** Call it between items of long work: `await breathe()`. */
export function createBreather(): Breather {
  let turnBegan = performance.now();
  return () => {
    if (performance.now() - turnBegan < MOST_TURN_MS) return undefined;
    return nextTurn().then(() => {
      turnBegan = performance.now();
    });
  };
}
