import { keepBusiest } from "../collectors/database/busiest-statements.ts";
import { addressOf } from "./advance-readings.ts";
import type { IndexIncrease } from "./index-days.ts";
import type { IndexReading } from "./index-reading.ts";

/** Which indexes have series of their own. */
export interface ShownIndexes {
  /** Hears what indexes were used for in an interval. @returns those whose series are kept now */
  weigh(
    readings: readonly IndexReading[],
    increases: readonly IndexIncrease[],
    spanMs: number,
  ): readonly IndexReading[];
}

/** So long ago counts half: what is used each night keeps its series over the day. */
const HALF_LIFE_MS = 12 * 3_600_000;

/** Keeps the busiest of late and the largest: of a database with ten thousand indexes these are what charts are made of. */
export function keepShownIndexes(mostBusiest: number, mostLargest: number): ShownIndexes {
  const busiest = keepBusiest(mostBusiest, HALF_LIFE_MS);
  return {
    weigh: (readings, increases, spanMs) => {
      const scans = increases
        .filter((one) => one.scans > 0)
        .map((one) => [addressOf(one.reading.portrait.index), one.scans] as const);
      const busy = busiest.weigh(new Map(scans), spanMs);
      const large = new Set(largestOf(readings, mostLargest));
      return readings.filter((one) => large.has(one) || busy.has(addressOf(one.portrait.index)));
    },
  };
}

/** The largest; where sizes are equal, by name, so that the same ones are kept. */
export function largestOf(
  readings: readonly IndexReading[],
  most: number,
): readonly IndexReading[] {
  return readings
    .toSorted((one, other) => {
      const bySize = other.portrait.index.sizeBytes - one.portrait.index.sizeBytes;
      if (bySize !== 0) return bySize;
      return addressOf(one.portrait.index) < addressOf(other.portrait.index) ? -1 : 1;
    })
    .slice(0, most);
}
