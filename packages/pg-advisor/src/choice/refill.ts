import { bytesOf, type Contender } from "./configuration-value.ts";
import type { SearchInput } from "./exchange-indexes.ts";
import { densityOf, type Offer, savingOf, takeGreedily } from "./take-greedily.ts";

/**
 * Where the budget or the number of indexes is what ends the choice: takes each chosen index out once and fills its place with whatever is
 * worth most then. An index that is good for its size may stand in the way of a better one that does not fit beside it.
 */
export async function refill(
  input: SearchInput,
  offers: readonly Offer[],
  chosen: readonly Contender[],
): Promise<readonly Contender[]> {
  if (!isTight(input, offers, chosen)) return chosen;
  const { value, book } = input;
  let current = chosen;
  let currentMs = (await value.step([], current, value.touchedBy(current))).netMs;
  for (const leaving of chosen) {
    if (!current.includes(leaving)) continue;
    const rest = current.filter((one) => one !== leaving);
    const others = offers.filter(({ members }) => !members.includes(leaving));
    for (const rank of [densityOf, savingOf]) {
      if (book.isExhausted) return current;
      const next = await takeGreedily(input, others, rest, rank);
      const { netMs } = await value.step([], next, value.touchedBy(next));
      if (netMs <= currentMs) continue;
      current = next;
      currentMs = netMs;
      break;
    }
  }
  return current;
}

/** Whether an index that would help was left out for want of room. */
function isTight(
  { options }: SearchInput,
  offers: readonly Offer[],
  chosen: readonly Contender[],
): boolean {
  const isFull = chosen.length >= options.indexesAtMost;
  const bytesLeft = options.budgetBytes - bytesOf(chosen);
  return offers.some(
    ({ members, step }) =>
      step.netMs > 0 &&
      members.some((one) => !chosen.includes(one)) &&
      (isFull || bytesOf(members) > bytesLeft),
  );
}
