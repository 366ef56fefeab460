import type { PlanBook } from "./book/plan-book.ts";
import type { GainLadder } from "./bound/gain-ladder.ts";
import {
  bytesOf,
  type ConfigurationValue,
  type Contender,
  type Step,
} from "./configuration-value.ts";
import { leastSavedBeside } from "./least-saving.ts";
import type { ResolvedChoiceOptions } from "./options.ts";

export interface SearchInput {
  readonly contenders: readonly Contender[];
  readonly value: ConfigurationValue;
  readonly book: PlanBook;
  /** What each statement can save at the most, and by which candidates. */
  readonly ladders: readonly GainLadder[];
  readonly options: ResolvedChoiceOptions;
  readonly onProgress: (done: number, total: number) => void;
}

export interface SearchResult {
  readonly chosen: readonly Contender[];
  /** What each candidate would bring as the only new index; absent where it was not evaluated. */
  readonly alone: ReadonlyMap<string, Step>;
}

/** An exchange must win this share of what the index in place saves, or it is not worth the change. */
const LEAST_WIN = 0.02;

/** Replaces one or two chosen indexes of a table by another candidate where that is worth more. */
export async function exchange(
  input: SearchInput,
  chosen: readonly Contender[],
  alone: SearchResult["alone"],
): Promise<readonly Contender[]> {
  const { value, contenders, book, options } = input;
  let current = chosen;
  for (const rival of contenders) {
    const rivalAlone = alone.get(rival.id);
    if (current.includes(rival) || rivalAlone === undefined || rivalAlone.savedMs <= 0) continue;
    const neighbours = current.filter(({ table }) => table === rival.table);
    const statements = value.touching(rival.table);
    for (const leaving of onesAndPairs(neighbours)) {
      if (book.isExhausted) return current;
      const most = leaving.reduce(
        (sum, one) => sum + Math.max(0, alone.get(one.id)?.savedMs ?? 0),
        0,
      );
      if (rivalAlone.savedMs < most / 3) continue;
      const next = [...current.filter((one) => !leaving.includes(one)), rival];
      if (bytesOf(next) > options.budgetBytes) continue;
      const { netMs } = await value.step(current, next, statements);
      if (netMs > most * LEAST_WIN || (leaving.length === 2 && netMs > 0)) {
        current = next;
        break;
      }
    }
  }
  return current;
}

/** Leaves out what the others made superfluous. */
export async function dropUseless(
  { value }: SearchInput,
  chosen: readonly Contender[],
): Promise<readonly Contender[]> {
  let kept = chosen;
  for (const one of chosen.toReversed()) {
    const without = kept.filter((other) => other !== one);
    const { savedMs, netMs } = await value.step(without, kept, value.touching(one.table));
    if (netMs <= 0 || savedMs < leastSavedBeside(one, without)) kept = without;
  }
  return kept;
}

function onesAndPairs(contenders: readonly Contender[]): readonly (readonly Contender[])[] {
  const pairs = contenders.flatMap((one, index) =>
    contenders.slice(index + 1).map((other) => [one, other]),
  );
  return [...pairs, ...contenders.map((one) => [one])];
}
