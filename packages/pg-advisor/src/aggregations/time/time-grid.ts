import { quoteLiteral } from "../../schema/identifiers.ts";
import type { TimeUnit } from "./time-unit.ts";

/** SQL that lays a grid of equal stretches over a column of instants. All of it counts in UTC. */
export interface TimeGrid {
  /** The stretch that an instant lies in, as a timestamp without time zone. */
  startOf(instant: string): string;
  /** The first instant of a stretch, of the column's own type. */
  instantOf(start: string): string;
  /** What the grid's clock shows at a bound. */
  clockOf(bound: string): string;
  /** The first stretch that lies wholly behind a lower bound. */
  firstWhole(bound: string, isInclusive: boolean): string;
  /** The first stretch that does not lie wholly before an upper bound. */
  firstBroken(bound: string): string;
}

/** Stretches of 15 minutes are counted from here; any instant that all units begin at will do. */
const ORIGIN = "timestamp '1700-01-01'";

export function timeGrid(unit: TimeUnit, isZoned: boolean): TimeGrid {
  const type = isZoned ? "timestamptz" : "timestamp";
  const clock = (instant: string): string =>
    isZoned ? `(${instant} at time zone 'UTC')` : instant;
  const round = (clockTime: string): string =>
    unit === "15 minutes"
      ? `date_bin('15 minutes', ${clockTime}, ${ORIGIN})`
      : `date_trunc(${quoteLiteral(unit)}, ${clockTime})`;
  const step = unit === "15 minutes" ? unit : `1 ${unit}`;
  const clockOf = (bound: string): string => clock(`(${bound})::${type}`);
  return {
    startOf: (instant) => round(clock(instant)),
    instantOf: (start) => (isZoned ? `(${start} at time zone 'UTC')` : start),
    clockOf,
    // A stretch that begins with the bound itself is whole where the bound belongs to the range.
    firstWhole: (bound, isInclusive) =>
      round(`${clockOf(bound)} + interval '${step}${isInclusive ? " -1 microsecond" : ""}'`),
    firstBroken: (bound) => round(clockOf(bound)),
  };
}
