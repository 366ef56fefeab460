import { bytesOf, type ConfigurationValue, type Contender } from "./configuration-value.ts";
import type { SearchInput } from "./exchange-indexes.ts";
import type { TracedStatement } from "./weigh-statements.ts";

/** A statement that a set of indexes would make slower, guesses of the planner held against it. */
export interface SlowedStatement {
  readonly traced: TracedStatement;
  /** Its time as a multiple of today's. */
  readonly ratio: number;
  /** The chosen indexes that its new plan reads. */
  readonly by: readonly Contender[];
}

export interface KeptFast {
  readonly chosen: readonly Contender[];
  /** What is left: their indexes save far more than these lose. */
  readonly slowed: readonly SlowedStatement[];
  /** Indexes that were taken out or replaced because a statement would have become slower. */
  readonly leftOut: ReadonlyMap<string, SlowedStatement>;
}

/** An index that saves so many times what it makes others lose stays, and the loss is told. */
const WORTH_A_LOSS = 20;

/**
 * Sees to it that no statement gets slower: the planner takes what costs least, which calibrated time, or doubt about a nested
 * loop, may call slower. Of the indexes that such a plan reads, the one goes whose place is worth least, or gives its place to another candidate that
 * harms nobody; only where it saves many times the loss does it stay.
 */
export async function keepFast(
  input: SearchInput,
  chosen: readonly Contender[],
): Promise<KeptFast> {
  const { value } = input;
  const leftOut = new Map<string, SlowedStatement>();
  const accepted = new Set<string>();
  let current = chosen;
  for (;;) {
    const slowed = await slowedBy(input, current);
    const next = slowed.find(({ traced }) => !accepted.has(traced.statement.fingerprint));
    if (next === undefined) return { chosen: current, slowed, leftOut };
    const repaired = await repair(input, current, next);
    if (repaired === null) {
      accepted.add(next.traced.statement.fingerprint);
      continue;
    }
    for (const one of current) if (!repaired.includes(one)) leftOut.set(one.id, next);
    current = repaired;
    await value.step([], current, value.touchedBy(current));
  }
}

/** The statements above the limit, most harmed first. */
async function slowedBy(
  { value, options }: SearchInput,
  chosen: readonly Contender[],
): Promise<readonly SlowedStatement[]> {
  const statements = value.touchedBy(chosen);
  await value.step([], chosen, statements);
  return statements
    .flatMap((traced) => {
      const ratio = value.ratio(traced, chosen);
      return ratio > options.slowdownAtMost
        ? [{ traced, ratio, by: usedBy(value, traced, chosen) }]
        : [];
    })
    .toSorted(
      (one, other) => other.ratio * other.traced.msPerHour - one.ratio * one.traced.msPerHour,
    );
}

function usedBy(
  value: ConfigurationValue,
  traced: TracedStatement,
  chosen: readonly Contender[],
): readonly Contender[] {
  const answer = value.book.answer(value.question(traced, chosen));
  if (answer === undefined || answer instanceof Error) return [];
  return chosen.filter(({ id }) => answer.used.includes(id));
}

/** The best set without the harm; null where all are worth less than the harm costs. */
async function repair(
  { value, options, contenders }: SearchInput,
  chosen: readonly Contender[],
  { traced, ratio, by }: SlowedStatement,
): Promise<readonly Contender[] | null> {
  const lossMs = traced.msPerHour * (ratio - 1);
  let best: { readonly set: readonly Contender[]; readonly netMs: number } | null = null;
  for (const culprit of by) {
    const rest = chosen.filter((one) => one !== culprit);
    const rivals = contenders.filter(
      (rival) =>
        rival.table === culprit.table &&
        !chosen.includes(rival) &&
        bytesOf(rest) + rival.sizeBytes <= options.budgetBytes,
    );
    for (const set of [rest, ...rivals.slice(0, MOST_RIVALS).map((rival) => [...rest, rival])]) {
      const statements = value.touchedBy([...chosen, ...set]);
      const { netMs } = await value.step(chosen, set, statements);
      const isWorthIt =
        best === null || netMs > best.netMs + (set === rest ? 0 : culprit.leastSavedMs);
      const isHarmless = statements.every(
        (one) =>
          value.ratio(one, set) <=
          Math.max(options.slowdownAtMost, one === traced ? 0 : value.ratio(one, chosen)),
      );
      if (isWorthIt && isHarmless) best = { set, netMs };
    }
  }
  if (best === null || -best.netMs > WORTH_A_LOSS * lossMs) return null;
  return best.set;
}

const MOST_RIVALS = 16;
