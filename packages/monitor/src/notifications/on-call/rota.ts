import { badNotificationOption } from "../errors.ts";
import {
  type CalendarDay,
  checkTimeZone,
  dayAt,
  instantAt,
  parseDay,
  parseTimeOfDay,
  WEEKDAYS,
  type Weekday,
  weekdayOf,
} from "./zoned-time.ts";

/** Who answers, in turns. */
export interface Rota {
  readonly name: string;
  /** Of the time zone database: handovers are at the same time of day there in summer and winter. */
  readonly timeZone: string;
  readonly rotation: "daily" | "weekly";
  /** When the turn passes on; `day` for weekly turns. @default monday, 09:00 */
  readonly handover?: { readonly day?: Weekday; readonly time?: string };
  /** The day of the first handover, `"2026-01-05"`; nobody is on call before. Weekly turns begin on the first `handover.day` from there. */
  readonly startsOn: string;
  /** In the order of their turns. */
  readonly people: readonly string[];
  /** Somebody else answers, or nobody (`person` absent); of several the last counts. @default [] */
  readonly overrides?: readonly RotaOverride[];
}

export interface RotaOverride {
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  readonly person?: string;
}

/** Who answers at an instant. */
export interface OnCall {
  /** Undefined: nobody. */
  readonly person: string | undefined;
  /** Until when, in ms since 1970; Infinity where nothing will change it. */
  readonly untilMs: number;
  readonly isOverride: boolean;
}

/**
 * Who is on call.
 *
 * @param atMs ms since 1970
 * @throws StreamGateError `SG_MONITOR_BAD_NOTIFICATION_OPTION` for a rota that cannot be
 * @example
 * ```ts
 * import { onCallAt } from "@streamgate/monitor";
 * const rota = {
 *   name: "backend",
 *   timeZone: "Europe/Berlin",
 *   rotation: "weekly",
 *   startsOn: "2026-01-05",
 *   people: ["ana", "ben"],
 * } as const;
 * onCallAt(rota, Date.parse("2026-01-12T08:30:00Z")).person; // "ben": the turn passed on at 09:00 in Berlin
 * ```
 */
export function onCallAt(rota: Rota, atMs: number): OnCall {
  const overrides = rota.overrides ?? [];
  const override = overrides.findLast(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  const turn = turnAt(rota, atMs);
  const nextOverrideMs = Math.min(
    ...overrides.map(({ fromMs }) => fromMs).filter((fromMs) => fromMs > atMs),
    Number.POSITIVE_INFINITY,
  );
  if (override !== undefined)
    return {
      person: override.person,
      untilMs: Math.min(override.toMs, nextOverrideMs),
      isOverride: true,
    };
  return {
    person: turn.person,
    untilMs: Math.min(turn.untilMs, nextOverrideMs),
    isOverride: false,
  };
}

function turnAt(
  rota: Rota,
  atMs: number,
): { readonly person: string | undefined; readonly untilMs: number } {
  const { zone, minutes, firstDay, lengthDays } = resolveRota(rota);
  const handoverAt = (turn: number): number =>
    instantAt(zone, firstDay + turn * lengthDays, minutes, "first");
  let turn = Math.floor((dayAt(zone, atMs) - firstDay) / lengthDays);
  // On the day of a handover the turn begins at its time, not at midnight.
  if (handoverAt(turn) > atMs) turn -= 1;
  if (turn < 0) return { person: undefined, untilMs: handoverAt(0) };
  return { person: rota.people[turn % rota.people.length], untilMs: handoverAt(turn + 1) };
}

interface ResolvedRota {
  readonly zone: string;
  readonly minutes: number;
  readonly firstDay: CalendarDay;
  readonly lengthDays: number;
}

/** @throws StreamGateError `SG_MONITOR_BAD_NOTIFICATION_OPTION` */
export function resolveRota(rota: Rota): ResolvedRota {
  const place = `rota ${rota.name}`;
  const day = rota.handover?.day ?? "monday";
  if (!WEEKDAYS.includes(day))
    throw badNotificationOption(`${place}.handover.day`, day, `one of ${WEEKDAYS.join(", ")}`);
  for (const { fromMs, toMs } of rota.overrides ?? [])
    if (!(fromMs < toMs))
      throw badNotificationOption(`${place}.overrides`, toMs, "times of which toMs is the later");
  let firstDay = parseDay(`${place}.startsOn`, rota.startsOn);
  if (rota.rotation === "weekly") while (weekdayOf(firstDay) !== day) firstDay += 1;
  return {
    zone: checkTimeZone(`${place}.timeZone`, rota.timeZone),
    minutes: parseTimeOfDay(`${place}.handover.time`, rota.handover?.time ?? "09:00"),
    firstDay,
    lengthDays: rota.rotation === "weekly" ? 7 : 1,
  };
}
