import { bytesOf, type Contender, type Step } from "./configuration-value.ts";
import type { SearchInput } from "./exchange-indexes.ts";
import { leastSavedBeside } from "./least-saving.ts";

/** One candidate, or several that one plan reads together. */
export interface Offer {
  readonly members: readonly Contender[];
  step: Step;
  /** How many indexes had been chosen when it was valued; -1 for none. */
  valuedAt: number;
}

/** What an offer is ranked by: the more, the sooner it is taken. */
export type Rank = (offer: Offer) => number;

export const savingOf: Rank = ({ step }) => step.netMs;
export const densityOf: Rank = ({ step, members }) => step.netMs / Math.max(1, bytesOf(members));

/** Takes what is worth most beside what was taken, as long as it fits. */
export async function takeGreedily(
  { value, book, options }: SearchInput,
  offers: readonly Offer[],
  standing: readonly Contender[],
  rank: Rank,
): Promise<readonly Contender[]> {
  const chosen: Contender[] = [...standing];
  const open = offers
    .map(({ members, step }) => ({ members, step, valuedAt: -1 }))
    .filter(({ step }) => step.netMs > 0);
  let bytesLeft = options.budgetBytes - bytesOf(standing);
  const order = (one: Offer, other: Offer): number =>
    rank(other) - rank(one) || simplerFirst(one, other);
  open.sort(order);
  while (open.length > 0 && chosen.length < options.indexesAtMost) {
    const best = open.shift();
    if (best === undefined || best.step.netMs <= 0) break;
    const added = best.members.filter((one) => !chosen.includes(one));
    if (added.length === 0 || chosen.length + added.length > options.indexesAtMost) continue;
    if (bytesOf(added) > bytesLeft) continue;
    if (best.valuedAt !== chosen.length) {
      const next = [...chosen, ...added];
      best.step = await value.step(chosen, next, value.touchedBy(added), !book.isExhausted);
      best.valuedAt = chosen.length;
      insertInOrder(open, best, order);
      continue;
    }
    const least = added.reduce((sum, one) => sum + leastSavedBeside(one, chosen), 0);
    if (best.step.savedMs < least) continue;
    chosen.push(...added);
    bytesLeft -= bytesOf(added);
  }
  return chosen;
}

function insertInOrder(
  open: Offer[],
  offer: Offer,
  order: (one: Offer, other: Offer) => number,
): void {
  let low = 0;
  let high = open.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = open[middle];
    if (other !== undefined && order(other, offer) < 0) low = middle + 1;
    else high = middle;
  }
  open.splice(low, 0, offer);
}

/** Among equals the fewer, the narrower, then the one that more statements asked for, then by name. */
function simplerFirst(one: Offer, other: Offer): number {
  const keysOf = ({ members }: Offer): number =>
    members.reduce((sum, { candidate }) => sum + candidate.definition.keys.length, 0);
  const askersOf = ({ members }: Offer): number =>
    members.reduce((sum, { candidate }) => sum + candidate.fingerprints.length, 0);
  const nameOf = ({ members }: Offer): string => members.map(({ id }) => id).join(" ");
  return (
    one.members.length - other.members.length ||
    keysOf(one) - keysOf(other) ||
    askersOf(other) - askersOf(one) ||
    (nameOf(one) < nameOf(other) ? -1 : 1)
  );
}
