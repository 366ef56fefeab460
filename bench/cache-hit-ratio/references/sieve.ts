import type { Trace } from "../../traces/trace.ts";

/** SIEVE (Zhang, Yang, Yue, Vigfusson, Rashmi: NSDI '24), by its description: one queue, one hand, one bit. */
export function runSieve({ keys, distinct }: Trace, size: number): number {
  const newer = new Int32Array(distinct).fill(-1);
  const older = new Int32Array(distinct).fill(-1);
  const isHeld = new Uint8Array(distinct);
  const isVisited = new Uint8Array(distinct);
  let newest = -1;
  let oldest = -1;
  let hand = -1;
  let held = 0;
  let hits = 0;
  const evict = (): void => {
    let victim = hand < 0 ? oldest : hand;
    while (isVisited[victim] === 1) {
      isVisited[victim] = 0;
      victim = newer[victim] ?? -1;
      if (victim < 0) victim = oldest;
    }
    const [after, before] = [newer[victim] ?? -1, older[victim] ?? -1];
    hand = after;
    if (before < 0) oldest = after;
    else newer[before] = after;
    if (after < 0) newest = before;
    else older[after] = before;
    isHeld[victim] = 0;
    held -= 1;
  };
  for (const key of keys) {
    if (isHeld[key] === 1) {
      hits += 1;
      isVisited[key] = 1;
      continue;
    }
    if (held === size) evict();
    isHeld[key] = 1;
    isVisited[key] = 0;
    older[key] = newest;
    newer[key] = -1;
    if (newest < 0) oldest = key;
    else newer[newest] = key;
    newest = key;
    held += 1;
  }
  return hits;
}
