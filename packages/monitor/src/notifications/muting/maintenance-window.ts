import type { LabelMatcher } from "../../series/point.ts";
import { badNotificationOption } from "../errors.ts";
import {
  type CalendarDay,
  checkTimeZone,
  dayAt,
  dayOfMonth,
  instantAt,
  parseTimeOfDay,
  WEEKDAYS,
  type Weekday,
  weekdayOf,
} from "../on-call/zoned-time.ts";
import { type LabelsPredicate, labelsPredicate } from "../routing/matching.ts";

/**
 * Hours that come again, in which alerts like these are expected and not told. As clocks on the wall show them: one
 * whose start is left out in spring begins at the change, one in the hour that is repeated in autumn lasts through both.
 */
export interface MaintenanceWindow {
  readonly name: string;
  /** Empty: all alerts. */
  readonly match: readonly LabelMatcher[];
  /** Of the time zone database: `Europe/Berlin`. */
  readonly timeZone: string;
  /** On which it begins. @default every day */
  readonly days?: readonly Weekday[];
  /** The first to fifth of such days in a month, or the last (-1). @default every week */
  readonly weeksOfMonth?: readonly number[];
  /** `"02:00"`. */
  readonly from: string;
  /** `"04:00"`; not later than `from`: on the next day. */
  readonly to: string;
}

/** A window, ready to be asked. */
export interface Maintenance {
  readonly name: string;
  readonly matches: LabelsPredicate;
  /** Whether it lasts at an instant. */
  lastsAt(atMs: number): boolean;
}

/** @throws StreamGateError `SG_MONITOR_BAD_NOTIFICATION_OPTION` */
export function createMaintenance(window: MaintenanceWindow): Maintenance {
  const place = `maintenance ${window.name}`;
  const zone = checkTimeZone(`${place}.timeZone`, window.timeZone);
  const from = parseTimeOfDay(`${place}.from`, window.from);
  const to = parseTimeOfDay(`${place}.to`, window.to);
  const days = new Set<Weekday>(window.days ?? WEEKDAYS);
  for (const day of days)
    if (!WEEKDAYS.includes(day))
      throw badNotificationOption(`${place}.days`, day, WEEKDAYS.join(", "));
  const weeks = new Set(window.weeksOfMonth ?? []);
  for (const week of weeks)
    if (![1, 2, 3, 4, 5, -1].includes(week))
      throw badNotificationOption(`${place}.weeksOfMonth`, week, "from 1 to 5, or -1");
  const lastsFrom = (day: CalendarDay, atMs: number): boolean =>
    days.has(weekdayOf(day)) &&
    (weeks.size === 0 || weeksOf(day).some((week) => weeks.has(week))) &&
    instantAt(zone, day, from, "first") <= atMs &&
    atMs < instantAt(zone, to > from ? day : day + 1, to, "last");
  return {
    name: window.name,
    matches: labelsPredicate(place, window.match),
    lastsAt: (atMs) => {
      const today = dayAt(zone, atMs);
      return lastsFrom(today, atMs) || lastsFrom(today - 1, atMs);
    },
  };
}

/** Which of its weekday in its month a day is: the second is 2; the last is -1, too. */
function weeksOf(calendarDay: CalendarDay): readonly number[] {
  const { day, length } = dayOfMonth(calendarDay);
  const week = Math.ceil(day / 7);
  return day + 7 > length ? [week, -1] : [week];
}
