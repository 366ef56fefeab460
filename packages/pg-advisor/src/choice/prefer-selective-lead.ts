import type { Contender } from "./configuration-value.ts";
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
      if (book.plannerCalls >= options.plannerCallsAtMost) return current;
      const next = current.map((one) => (one === standing ? rival : one));
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

function columnsOf({ table, candidate: { definition } }: Contender): string {
  const columns = definition.keys.map(({ column }) => column).sort();
  return JSON.stringify([table, columns, definition.include, definition.predicate]);
}
