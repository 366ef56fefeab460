import { bytesOf, type Contender } from "./configuration-value.ts";
import type { SearchInput } from "./exchange-indexes.ts";

/** The share of what an index saves that may be lost for a better first column: next to nothing. */
const MOST_LOSS = 0.001;

/**
 * Of indexes over the same columns in another order that are worth the same to this workload,
 * takes the one that begins with the most selective column: it also serves statements that name
 * that column alone, tomorrow's among them.
 */
export async function preferSelectiveLead(
  { value, contenders, book, options }: SearchInput,
  chosen: readonly Contender[],
): Promise<readonly Contender[]> {
  let current = chosen;
  for (const standing of chosen) {
    const rivals = contenders
      .filter((rival) => rival !== standing && !current.includes(rival))
      .filter((rival) => columnsOf(rival) === columnsOf(standing))
      .filter((rival) => rival.leadingDistinct > standing.leadingDistinct)
      .sort((one, other) => other.leadingDistinct - one.leadingDistinct);
    const statements = value.touching(standing.table);
    for (const rival of rivals) {
      if (book.isExhausted) return current;
      const next = current.map((one) => (one === standing ? rival : one));
      if (bytesOf(next) > options.budgetBytes) continue;
      const others = current.filter((one) => one !== standing);
      const worth = await value.step(others, current, statements);
      const change = await value.step(current, next, statements);
      if (change.netMs < -MOST_LOSS * Math.abs(worth.savedMs)) continue;
      current = next;
      break;
    }
  }
  return current;
}

/** Two indexes of which this is the same differ in the order of their keys alone. */
function columnsOf({ table, candidate: { definition } }: Contender): string {
  const { method, keys, include, predicate } = definition;
  const names = keys.map(({ column, expression, operatorClass }) =>
    JSON.stringify([column, expression, operatorClass]),
  );
  return JSON.stringify([table, method, names.sort(), include, predicate]);
}
