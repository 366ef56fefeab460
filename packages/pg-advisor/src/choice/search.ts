import type { ConfigurationValue, Contender, Step } from "./configuration-value.ts";
import { dropUseless, exchange, type SearchInput, type SearchResult } from "./exchange-indexes.ts";
import { preferSelectiveLead } from "./prefer-selective-lead.ts";

interface Offer {
  readonly contender: Contender;
  step: Step;
  /** How many indexes had been chosen when it was valued, and whether by all statements on its table. */
  valuedAt: number;
}

const ROUNDS_OF_EXCHANGE = 3;

/**
 * Greedy choice with lazy revaluation (Minoux 1978), then exchanges: chosen indexes are dropped or
 * replaced, alone or in pairs, where another set is worth more. Greedy alone takes a short index first
 * and then the long one that would have served both.
 */
export async function searchIndexes(input: SearchInput): Promise<SearchResult> {
  const offers = await valueAlone(input);
  const alone = new Map(offers.map(({ contender, step }) => [contender.id, step]));
  let chosen = await takeGreedily(input, offers, []);
  for (let round = 0; round < ROUNDS_OF_EXCHANGE; round += 1) {
    const exchanged = await exchange(input, chosen, alone);
    const kept = await dropUseless(input, exchanged);
    const isSettled = kept.length === chosen.length && kept.every((one) => chosen.includes(one));
    // A place that became free goes to the next best.
    chosen = isSettled ? kept : await takeGreedily(input, offers, kept);
    if (isSettled) break;
  }
  return { chosen: await preferSelectiveLead(input, chosen), alone };
}

/** Each candidate as the only new index, judged by the statements that asked for it. */
async function valueAlone({
  contenders,
  value,
  book,
  options,
  onProgress,
}: SearchInput): Promise<readonly Offer[]> {
  const hopeful = await statementsThatCanGain(contenders, value);
  const offers: Offer[] = [];
  for (const [done, contender] of contenders.entries()) {
    if (book.plannerCalls >= options.plannerCallsAtMost) break;
    const askedBy = new Set(contender.candidate.fingerprints);
    const statements = value
      .touching(contender.table)
      .filter(
        ({ statement }) => askedBy.has(statement.fingerprint) && hopeful.has(statement.fingerprint),
      );
    offers.push({ contender, step: await value.step([], [contender], statements), valuedAt: -1 });
    onProgress(done + 1, contenders.length);
  }
  return offers;
}

/** A statement that all candidates together do not help is helped by none: one plan in place of many. */
async function statementsThatCanGain(
  contenders: readonly Contender[],
  value: ConfigurationValue,
): Promise<ReadonlySet<string>> {
  const hopeful = new Set<string>();
  for (const table of new Set(contenders.map((contender) => contender.table))) {
    for (const traced of value.touching(table)) {
      const related = contenders.filter((contender) => traced.tables.has(contender.table));
      const { savedMs } = await value.step([], related, [traced]);
      if (savedMs > 0) hopeful.add(traced.statement.fingerprint);
    }
  }
  return hopeful;
}

async function takeGreedily(
  { value, book, options, leastSavedMs }: SearchInput,
  offers: readonly Offer[],
  standing: readonly Contender[],
): Promise<readonly Contender[]> {
  const chosen: Contender[] = [...standing];
  const open = offers
    .filter(({ contender }) => !standing.includes(contender))
    .map(({ contender, step }) => ({ contender, step, valuedAt: -1 }))
    .filter(({ step }) => step.netMs > 0);
  let bytesLeft = options.budgetBytes - standing.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const rank = ({ step, contender }: Offer): number =>
    Number.isFinite(options.budgetBytes)
      ? step.netMs / Math.max(1, contender.sizeBytes)
      : step.netMs;
  while (open.length > 0 && chosen.length < options.indexesAtMost) {
    open.sort(
      (one, other) => rank(other) - rank(one) || simplerFirst(one.contender, other.contender),
    );
    const best = open[0];
    if (best === undefined || best.step.netMs <= 0) break;
    const isCurrent = best.valuedAt === chosen.length;
    const isExhausted = book.plannerCalls >= options.plannerCallsAtMost;
    if (!isCurrent && !isExhausted) {
      const statements = value.touching(best.contender.table);
      best.step = await value.step(chosen, [...chosen, best.contender], statements);
      best.valuedAt = chosen.length;
      continue;
    }
    open.shift();
    if (best.step.savedMs < leastSavedMs || best.contender.sizeBytes > bytesLeft) continue;
    chosen.push(best.contender);
    bytesLeft -= best.contender.sizeBytes;
  }
  return chosen;
}

/** Among equals the narrower, then the one that more statements asked for, then by name. */
function simplerFirst(one: Contender, other: Contender): number {
  return (
    one.candidate.definition.keys.length - other.candidate.definition.keys.length ||
    other.candidate.fingerprints.length - one.candidate.fingerprints.length ||
    (one.id < other.id ? -1 : 1)
  );
}
