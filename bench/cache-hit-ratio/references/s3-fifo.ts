import type { Trace } from "../../traces/trace.ts";
import { KeyQueue } from "./key-queue.ts";

/** S3-FIFO (SOSP '23), algorithm 1 of the paper: a tenth for the small queue, ghosts as many as entries. */
export function runS3Fifo({ keys, distinct }: Trace, size: number): number {
  const smallSize = Math.max(1, Math.round(size / 10));
  const small = new KeyQueue();
  const main = new KeyQueue();
  const ghosts = new KeyQueue();
  const frequency = new Uint8Array(distinct);
  let hits = 0;
  const evictSmall = (): boolean => {
    const key = small.takeOldest();
    if ((frequency[key] ?? 0) > 1) {
      main.append(key);
      frequency[key] = 0;
      return false;
    }
    ghosts.append(key);
    if (ghosts.size > size) ghosts.takeOldest();
    return true;
  };
  const evictMain = (): boolean => {
    const key = main.oldest();
    const uses = frequency[key] ?? 0;
    if (uses === 0) return main.delete(key);
    frequency[key] = uses - 1;
    main.moveToEnd(key);
    return false;
  };
  for (const key of keys) {
    if (small.has(key) || main.has(key)) {
      hits += 1;
      frequency[key] = Math.min(3, (frequency[key] ?? 0) + 1);
      continue;
    }
    let isRoom = small.size + main.size < size;
    while (!isRoom)
      isRoom = small.size >= smallSize || main.size === 0 ? evictSmall() : evictMain();
    frequency[key] = 0;
    (ghosts.delete(key) ? main : small).append(key);
  }
  return hits;
}
