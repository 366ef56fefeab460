import { badNotificationOption } from "../errors.ts";

/** From Sunday, as JavaScript counts. */
export const WEEKDAYS = [
  "sunday",
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** A day of the calendar, counted from 1 January 1970: days can be added and subtracted, whatever the zone. */
export type CalendarDay = number;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** @throws StreamGateError `SG_MONITOR_BAD_NOTIFICATION_OPTION` for a zone that the time zone database does not know */
export function checkTimeZone(name: string, zone: string): string {
  try {
    formatOf(zone);
    return zone;
  } catch {
    throw badNotificationOption(name, zone, "a time zone such as Europe/Berlin or UTC");
  }
}

/** Minutes after midnight of `"09:30"`. @throws StreamGateError `SG_MONITOR_BAD_NOTIFICATION_OPTION` */
export function parseTimeOfDay(name: string, text: string): number {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (match === null) throw badNotificationOption(name, text, 'a time of day such as "09:30"');
  return Number(match[1]) * 60 + Number(match[2]);
}

/** A day of the calendar of `"2026-03-29"`. @throws StreamGateError `SG_MONITOR_BAD_NOTIFICATION_OPTION` */
export function parseDay(name: string, text: string): CalendarDay {
  const atMs = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(atMs)) throw badNotificationOption(name, text, 'a day such as "2026-03-29"');
  return atMs / DAY_MS;
}

/** What the calendar shows in a zone at an instant. */
export function dayAt(zone: string, atMs: number): CalendarDay {
  return Math.floor((atMs + offsetMs(zone, atMs)) / DAY_MS);
}

export function weekdayOf(day: CalendarDay): Weekday {
  return WEEKDAYS[(((day + 4) % 7) + 7) % 7] ?? "sunday";
}

/** The day of the month, from 1, and how many the month has. */
export function dayOfMonth(day: CalendarDay): { readonly day: number; readonly length: number } {
  const date = new Date(day * DAY_MS);
  const length = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return { day: date.getUTCDate(), length };
}

/**
 * The instant at which clocks of a zone show a time on a day. Where they show it twice (the hour that is repeated in
 * autumn), `occurrence` chooses; where they never show it (the hour left out in spring), it is the
 * instant of the change, at which the missing time would have been reached.
 *
 * @param minutes after midnight, 0 to 1440
 */
export function instantAt(
  zone: string,
  day: CalendarDay,
  minutes: number,
  occurrence: "first" | "last",
): number {
  const wallMs = day * DAY_MS + minutes * MINUTE_MS;
  // The offsets in force a day before and after are the only ones that a clock can have then.
  const before = offsetMs(zone, wallMs - DAY_MS);
  const after = offsetMs(zone, wallMs + DAY_MS);
  const candidates = [wallMs - before, wallMs - after].filter(
    (atMs) => atMs + offsetMs(zone, atMs) === wallMs,
  );
  if (candidates.length > 0)
    return occurrence === "first" ? Math.min(...candidates) : Math.max(...candidates);
  return changeBetween(zone, wallMs - Math.max(before, after), wallMs - Math.min(before, after));
}

/** How far a zone's clocks are ahead of UTC, in ms. */
function offsetMs(zone: string, atMs: number): number {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const shownMs = Date.UTC(
    part("year"),
    part("month") - 1,
    part("day"),
    part("hour"),
    part("minute"),
    part("second"),
  );
  return shownMs - Math.floor(atMs / 1000) * 1000;
}

/** When, to the ms, the offset changes between two instants. */
function changeBetween(zone: string, fromMs: number, toMs: number): number {
  let low = fromMs;
  let high = toMs;
  const offset = offsetMs(zone, low);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(zone, middle) === offset) low = middle;
    else high = middle;
  }
  return high;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  formats.set(zone, format);
  return format;
}
