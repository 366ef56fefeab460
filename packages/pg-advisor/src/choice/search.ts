import type { GainLadder } from "./bound/gain-ladder.ts";
import { bytesOf, type Contender } from "./configuration-value.ts";
import { dropUseless, exchange, type SearchInput, type SearchResult } from "./exchange-indexes.ts";
import { preferSelectiveLead } from "./prefer-selective-lead.ts";
import { preferSimpler } from "./prefer-simpler.ts";
import { refill } from "./refill.ts";
import { densityOf, type Offer, savingOf, takeGreedily } from "./take-greedily.ts";

const ROUNDS_OF_EXCHANGE = 3;
const MOST_MEMBERS = 3;

/**
 * Greedy choice with lazy revaluation (Minoux 1978), by saving and, under a budget, by saving a byte as well, whichever is worth more (Khuller
 * et al. 1999); then exchanges: chosen indexes are dropped or
 * replaced, alone or in pairs, where another set is worth more. Greedy alone takes a short index first
 * and then the long one that would have served both. Indexes that one plan reads together are offered together, too. May be stopped at
 * any moment: the set is then the best so far.
 */
export async function searchIndexes(input: SearchInput): Promise<SearchResult> {
  const singles = await valueAlone(input);
  const alone = new Map(
    singles.flatMap(({ members: [one], step }) => (one === undefined ? [] : [[one.id, step]])),
  );
  const offers = [...singles, ...bundlesOf(input)];
  let chosen = await takeBest(input, offers);
  for (let round = 0; round < ROUNDS_OF_EXCHANGE; round += 1) {
    const exchanged = await exchange(input, chosen, alone);
    const kept = await dropUseless(input, exchanged);
    const isSettled = kept.length === chosen.length && kept.every((one) => chosen.includes(one));
    // A place that became free goes to the next best.
    chosen = isSettled ? kept : await takeGreedily(input, offers, kept, savingOf);
    if (isSettled) break;
  }
  chosen = await preferSimpler(input, chosen, alone);
  chosen = await refill(input, offers, chosen);
  chosen = await preferSelectiveLead(input, chosen);
  return { chosen: await dropUseless(input, chosen), alone };
}

async function takeBest(
  input: SearchInput,
  offers: readonly Offer[],
): Promise<readonly Contender[]> {
  const { value, options } = input;
  const bySaving = await takeGreedily(input, offers, [], savingOf);
  if (!Number.isFinite(options.budgetBytes)) return bySaving;
  const byDensity = await takeGreedily(input, offers, [], densityOf);
  const [one, other] = [
    await value.step([], bySaving, value.touchedBy(bySaving)),
    await value.step([], byDensity, value.touchedBy(byDensity)),
  ];
  return other.netMs > one.netMs ? byDensity : bySaving;
}

/** Each candidate as the only new index, judged by the statements whose ladders hold it: it does nothing for others. */
async function valueAlone(input: SearchInput): Promise<readonly Offer[]> {
  const { contenders, value, ladders, onProgress } = input;
  const statements = hopefulStatements(ladders);
  const questions = contenders.flatMap((contender) =>
    (statements.get(contender.id) ?? []).map((traced) => value.question(traced, [contender])),
  );
  await value.book.ask(questions, false);
  const offers: Offer[] = [];
  for (const [done, contender] of contenders.entries()) {
    const own = statements.get(contender.id) ?? [];
    const isKnown = own.every(
      (traced) => value.book.answer(value.question(traced, [contender])) !== undefined,
    );
    onProgress(done + 1, contenders.length);
    if (!isKnown) continue;
    offers.push({
      members: [contender],
      step: await value.step([], [contender], own),
      valuedAt: -1,
    });
  }
  return offers;
}

function hopefulStatements(
  ladders: readonly GainLadder[],
): ReadonlyMap<string, readonly GainLadder["traced"][]> {
  const found = new Map<string, GainLadder["traced"][]>();
  for (const { traced, rungs } of ladders) {
    for (const id of rungs.flatMap(({ ids }) => ids)) {
      const known = found.get(id);
      if (known === undefined) found.set(id, [traced]);
      else known.push(traced);
    }
  }
  return found;
}

/** Candidates that a best plan reads together, and that may help only together; most hopeful first. */
function bundlesOf({ contenders, ladders }: SearchInput): readonly Offer[] {
  const byId = new Map(contenders.map((contender) => [contender.id, contender]));
  const found = new Map<string, Offer>();
  for (const { rungs } of ladders) {
    for (const { ids, savedMsAtMost, isPlanned } of rungs) {
      if (!isPlanned || ids.length < 2 || ids.length > MOST_MEMBERS) continue;
      const members = ids.flatMap((id) => byId.get(id) ?? []);
      const key = ids.join(" ");
      const hopeMs = (found.get(key)?.step.netMs ?? 0) + savedMsAtMost;
      const step = { savedMs: hopeMs, netMs: hopeMs, addedBytes: bytesOf(members) };
      found.set(key, { members, step, valuedAt: -1 });
    }
  }
  return [...found.values()];
}
