const MS_A_DAY = 86_400_000;
const FIRST = Date.UTC(1992, 0, 1);

/** Days since the first of January 1992, the first day on which anything was ordered. */
export type Day = number;

function dayOf(year: number, month: number, date: number): Day {
  return Math.round((Date.UTC(year, month - 1, date) - FIRST) / MS_A_DAY);
}

/** `1995-06-17` */
export function dateText(day: Day): string {
  return new Date(FIRST + day * MS_A_DAY).toISOString().slice(0, 10);
}

/** The last order leaves time for its lines to be shipped and received before 1999. */
export const LAST_ORDER_DAY: Day = dayOf(1998, 12, 31) - 151;
/** What is received until then may have been returned; what is shipped later is open. */
export const TODAY: Day = dayOf(1995, 6, 17);
