import type { IndexDefinition } from "../candidates/candidate.ts";
import { bytesOf, type Contender } from "./configuration-value.ts";
import type { SearchInput, SearchResult } from "./exchange-indexes.ts";

/** The share of what an index saves that the columns which it only carries must earn; below that they are the estimate's noise. */
const EARNED_BY_CARRIED = 0.05;
/** The same of a key column, which serves more than the statements of today. */
const EARNED_BY_KEY = 0.002;

/** A way to make an index simpler. */
interface Simplification {
  readonly isSimpler: (rival: IndexDefinition, standing: IndexDefinition) => boolean;
  /** The fewest first. */
  readonly columns: (definition: IndexDefinition) => number;
  readonly mostLoss: number;
}

const SIMPLIFICATIONS: readonly Simplification[] = [
  {
    isSimpler: (rival, standing) => rival.include.length < standing.include.length,
    columns: ({ include }) => include.length,
    mostLoss: EARNED_BY_CARRIED,
  },
  {
    isSimpler: (rival, standing) =>
      rival.keys.length < standing.keys.length && rival.include.length <= standing.include.length,
    columns: ({ keys }) => keys.length,
    mostLoss: EARNED_BY_KEY,
  },
];

/**
 * Takes an index of fewer columns where it is nearly as good: columns that only spare a row's last page look well in an
 * estimate that prices every page alike, and cost space, HOT updates and every writer for certain. Where an index-only scan spares
 * thousands of pages they earn their place many times over.
 */
export async function preferSimpler(
  input: SearchInput,
  chosen: readonly Contender[],
  alone: SearchResult["alone"],
): Promise<readonly Contender[]> {
  let current = chosen;
  for (const simplification of SIMPLIFICATIONS) {
    for (const standing of current) {
      if (input.book.isExhausted) return current;
      const taken = await simplerThan(input, current, standing, simplification, alone);
      current = current.map((one) => (one === standing ? taken : one));
    }
  }
  return current;
}

/** The best of the fewest columns that loses next to nothing; the standing one where there is none. */
async function simplerThan(
  { value, contenders, book, options }: SearchInput,
  current: readonly Contender[],
  standing: Contender,
  { isSimpler, columns, mostLoss }: Simplification,
  alone: SearchResult["alone"],
): Promise<Contender> {
  const others = current.filter((one) => one !== standing);
  const statements = value.touching(standing.table);
  const worth = await value.step(others, current, statements);
  const columnsOf = ({ candidate }: Contender): number => columns(candidate.definition);
  const rivals = contenders
    .filter(({ table, id }) => table === standing.table && (alone.get(id)?.savedMs ?? 0) > 0)
    .filter((rival) => !current.includes(rival) && rival.sizeBytes <= standing.sizeBytes)
    .filter(({ candidate }) => isSimpler(candidate.definition, standing.candidate.definition))
    .sort((one, other) => columnsOf(one) - columnsOf(other));
  let best: { readonly rival: Contender; readonly netMs: number } | null = null;
  for (const rival of rivals) {
    if (book.isExhausted || (best !== null && columnsOf(rival) > columnsOf(best.rival))) break;
    const next = [...others, rival];
    if (bytesOf(next) > options.budgetBytes) continue;
    const { netMs } = await value.step(current, next, statements);
    if (netMs < -mostLoss * Math.max(0, worth.savedMs)) continue;
    if (best === null || netMs > best.netMs) best = { rival, netMs };
  }
  return best?.rival ?? standing;
}
