import type { Trace } from "../../traces/trace.ts";
import { KeyQueue } from "./key-queue.ts";

/** ARC (Megiddo and Modha, FAST '03), figure 4 of the paper. */
export function runArc({ keys }: Trace, size: number): number {
  const [once, often, onceGone, oftenGone] = [0, 1, 2, 3].map(() => new KeyQueue()) as [
    KeyQueue,
    KeyQueue,
    KeyQueue,
    KeyQueue,
  ];
  let aim = 0;
  let hits = 0;
  const replace = (isBackOften: boolean): void => {
    const isOnceTooLarge = once.size > aim || (isBackOften && once.size === aim);
    if (once.size > 0 && (isOnceTooLarge || often.size === 0)) onceGone.append(once.takeOldest());
    else oftenGone.append(often.takeOldest());
  };
  for (const key of keys) {
    if (once.delete(key) || often.delete(key)) {
      hits += 1;
      often.append(key);
    } else if (onceGone.has(key)) {
      aim = Math.min(size, aim + Math.max(1, oftenGone.size / onceGone.size));
      replace(false);
      onceGone.delete(key);
      often.append(key);
    } else if (oftenGone.has(key)) {
      aim = Math.max(0, aim - Math.max(1, onceGone.size / oftenGone.size));
      replace(true);
      oftenGone.delete(key);
      often.append(key);
    } else {
      const known = once.size + often.size + onceGone.size + oftenGone.size;
      if (once.size + onceGone.size === size) {
        if (once.size < size) {
          onceGone.takeOldest();
          replace(false);
        } else once.takeOldest();
      } else if (known >= size) {
        if (known === 2 * size) oftenGone.takeOldest();
        replace(false);
      }
      once.append(key);
    }
  }
  return hits;
}
