import type { Memory } from "./memory.ts";

/** A p-value above this is usual. */
const USUAL_P = 0.05;
/** So many usual points in a row, and it is over. */
const CALM_POINTS = 12;
/** It is over at the latest then: what lasts longer is the new normal. */
const LONGEST_POINTS = 1000;

/** What the cells hold: 1 while open, usual points in a row, points since the alarm, 1 where the alarm's value was out of range. */
const OPEN = 0;
const CALM = 1;
const AGE = 2;
const WAS_OUTSIDE = 3;
const CELLS = 4;

/**
 * An anomaly from its alarm until the series is usual again. A value that left its expected range ends it by coming
 * back; for one that is unusual within the range (frozen, of odd shape) the p-value decides.
 */
export interface Episode {
  next(isAlarm: boolean, pValue: number, isInRange: boolean): boolean;
  isOpen(): boolean;
}

export function createEpisode(memory: Memory): Episode {
  const cells = memory.doubles(CELLS);
  return {
    isOpen: () => cells[OPEN] === 1,
    next(isAlarm, pValue, isInRange) {
      if (isAlarm) {
        cells[OPEN] = 1;
        cells[CALM] = 0;
        cells[AGE] = 0;
        cells[WAS_OUTSIDE] = isInRange ? 0 : 1;
        return true;
      }
      if (cells[OPEN] !== 1) return false;
      const isUsual = pValue > USUAL_P || (isInRange && cells[WAS_OUTSIDE] === 1);
      cells[CALM] = isUsual ? (cells[CALM] ?? 0) + 1 : 0;
      cells[AGE] = (cells[AGE] ?? 0) + 1;
      if (cells[CALM] >= CALM_POINTS || cells[AGE] >= LONGEST_POINTS) cells[OPEN] = 0;
      return cells[OPEN] === 1;
    },
  };
}
