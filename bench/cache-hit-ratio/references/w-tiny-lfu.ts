import type { Trace } from "../../traces/trace.ts";
import { KeyQueue } from "./key-queue.ts";

/** W-TinyLFU with a fixed window of 1 %, and true counts to 15 in place of the sketch's estimates. */
export function runWTinyLfu({ keys, distinct }: Trace, size: number): number {
  const windowSize = Math.max(1, Math.round(size / 100));
  const protectedSize = Math.round((size - windowSize) * 0.8);
  const window = new KeyQueue();
  const probation = new KeyQueue();
  const secured = new KeyQueue();
  const counts = new Uint8Array(distinct);
  let additions = 0;
  let hits = 0;
  const count = (key: number): void => {
    if ((counts[key] ?? 0) === 15) return;
    counts[key] = (counts[key] ?? 0) + 1;
    additions += 1;
    if (additions < 10 * size) return;
    for (let each = 0; each < distinct; each += 1) counts[each] = (counts[each] ?? 0) >> 1;
    additions >>= 1;
  };
  const admit = (): void => {
    const candidate = window.takeOldest();
    if (window.size + probation.size + secured.size < size) {
      probation.append(candidate);
      return;
    }
    const part = probation.size > 0 ? probation : secured;
    const victim = part.oldest();
    if (victim < 0 || (counts[candidate] ?? 0) <= (counts[victim] ?? 0)) return;
    part.delete(victim);
    probation.append(candidate);
  };
  for (const key of keys) {
    count(key);
    if (window.has(key)) {
      hits += 1;
      window.moveToEnd(key);
    } else if (secured.has(key)) {
      hits += 1;
      secured.moveToEnd(key);
    } else if (probation.delete(key)) {
      hits += 1;
      secured.append(key);
      if (secured.size > protectedSize) probation.append(secured.takeOldest());
    } else {
      window.append(key);
      if (window.size > windowSize) admit();
    }
  }
  return hits;
}
