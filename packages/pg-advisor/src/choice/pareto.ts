import { nameless } from "../candidates/definition-sql.ts";
import type { ParetoPoint } from "./choice.ts";
import { bytesOf, type Contender } from "./configuration-value.ts";
import type { SearchInput } from "./exchange-indexes.ts";

export interface ParetoParts {
  readonly input: SearchInput;
  /** The best set for a budget. */
  readonly chooseWithin: (budgetBytes: number) => Promise<readonly Contender[]>;
  readonly boundWithin: (budgetBytes: number, foundMs: number) => number;
  /** What the weighed statements take of an hour today. */
  readonly msPerHour: number;
}

/** Budgets as shares of what the best set takes without any. */
const SHARES = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 3 / 4];

/**
 * What more storage buys: the best sets for rising budgets, those left out that a cheaper one equals. Plans are those of the search, so
 * that a table of six budgets costs little more than the search itself.
 */
export async function paretoOf(
  { input, chooseWithin, boundWithin, msPerHour }: ParetoParts,
  chosen: readonly Contender[],
): Promise<readonly ParetoPoint[]> {
  const { value, book } = input;
  const mostBytes = bytesOf(chosen);
  const points: ParetoPoint[] = [];
  const sets: (readonly Contender[])[] = [[]];
  for (const share of SHARES) {
    if (book.isExhausted) break;
    sets.push(await chooseWithin(Math.floor(mostBytes * share)));
  }
  sets.push(chosen);
  for (const set of sets) {
    const { savedMs, netMs } = await value.step([], set, value.touchedBy(set));
    const last = points.at(-1);
    const sizeBytes = bytesOf(set);
    if (last !== undefined && netMs <= last.netMsPerHour) continue;
    if (last !== undefined && sizeBytes <= last.sizeBytes) points.pop();
    points.push({
      sizeBytes,
      indexes: set.map(({ candidate }) => nameless(candidate.definition)),
      savedMsPerHour: savedMs,
      netMsPerHour: netMs,
      msPerHourAfter: msPerHour - savedMs,
      boundMsPerHour: boundWithin(sizeBytes, netMs),
    });
  }
  return points;
}
