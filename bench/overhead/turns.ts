import { WATCHERS, type Watcher } from "./watchers.ts";

/**
 * What `measure` finds for each watcher, by round; every other round goes the other way about. One process at a time: idle ones beside it add
 * up to 15 % to what a small route costs.
 *
 * @param measure starts a process of its own
 */
export async function inTurns(
  rounds: number,
  measure: (watcher: Watcher, round: number) => Promise<number>,
): Promise<ReadonlyMap<Watcher, readonly number[]>> {
  const measured = new Map(WATCHERS.map((watcher) => [watcher, [] as number[]]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const watcher of round % 2 === 1 ? WATCHERS : WATCHERS.toReversed()) {
      measured.get(watcher)?.push(await measure(watcher, round));
    }
  }
  return measured;
}
