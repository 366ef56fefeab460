import { setImmediate as nextLoopTurn } from "node:timers/promises";
import type { BloomFilter } from "./bloom-filter.ts";
import type { Id } from "./known-ids-options.ts";

const IDS_PER_TURN = 4_096;

/**
 * Puts all ids of a source into a filter, giving way to other work every few thousand.
 *
 * @returns false when `isWanted` said so before the end
 */
export async function collectIds(
  source: AsyncIterable<Id | readonly Id[]> | Iterable<Id | readonly Id[]>,
  filter: BloomFilter,
  isWanted: () => boolean,
  tell: (ids: number) => void,
): Promise<boolean> {
  let ids = 0;
  let sinceTurn = 0;
  for await (const given of source) {
    if (!isWanted()) return false;
    if (typeof given === "string" || typeof given === "number") {
      filter.add(given);
      ids += 1;
      sinceTurn += 1;
    } else {
      for (const id of given) filter.add(id);
      ids += given.length;
      sinceTurn += given.length;
    }
    if (sinceTurn >= IDS_PER_TURN) {
      sinceTurn = 0;
      tell(ids);
      await nextLoopTurn();
    }
  }
  tell(ids);
  return isWanted();
}
