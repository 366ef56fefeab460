import type { KeyGroup } from "../../btree/key-groups.ts";
import { fitRanks, keysBeyond } from "./fit-ranks.ts";

/** What the sample of one kind of keys says of those that it has once or not at all. */
export interface RareKeys {
  readonly sure: ReadonlySet<string>;
  /** How many sampled rows have each key. */
  readonly seen: ReadonlyMap<string, number>;
  readonly singles: number;
  /** Occurrences in the sample. */
  readonly drawn: number;
  /** Occurrences in all rows. */
  readonly occurrences: number;
  /** How many whole numbers lie between the smallest and the largest; null where not all are such. */
  readonly range: number | null;
}

export type EstimateRare = (rare: RareKeys) => readonly KeyGroup[];

/** Below that many different keys no trend is told. */
const FEWEST_FOR_TREND = 20;

/** Among so many that occur once a sample tells less of how many there are than the range of the numbers. */
const MOSTLY_SINGLE = 0.8;
/** Numbers of a range about as wide as there are rows are serial ones: each occurs once. */
const SERIAL_FROM = 0.7;

/** Told by how many were seen just once: the range of whole numbers, or how keys fall with their rank. */
export function rareBySingles(rare: RareKeys): readonly KeyGroup[] {
  const { sure, seen, singles, drawn, occurrences, range } = rare;
  const rows = (singles / drawn) * occurrences;
  if (range !== null && range < SERIAL_FROM * rows && singles > MOSTLY_SINGLE * drawn) {
    const expected = rows / range;
    const keys = -range * Math.expm1(-expected);
    return [{ keys, rowsPerKey: Math.max(1, rows / keys), isRandom: true }];
  }
  if (singles === seen.size || seen.size < FEWEST_FOR_TREND) return evenly(rare, rows);
  const classes = fitRanks(drawn, seen.size, singles, range ?? occurrences);
  return keysBeyond(classes, sure.size, rows);
}

function evenly(
  { seen, singles, drawn, occurrences }: RareKeys,
  rows: number,
): readonly KeyGroup[] {
  const kept = drawn - singles + (singles * drawn) / Math.max(drawn, occurrences);
  const distinct = (drawn * seen.size) / Math.max(1e-9, kept);
  const keys = Math.min(rows, Math.max(singles, distinct - (seen.size - singles)));
  return [{ keys, rowsPerKey: Math.max(1, rows / keys) }];
}
