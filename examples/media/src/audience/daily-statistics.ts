import type { Database } from "../database/database.ts";
import { BoundedMap } from "../memory/bounded-map.ts";
import { countEventsByDay, type DailyCount } from "../queries/daily-statistics.ts";

export interface DailyStatisticsOptions {
  readonly database: Database;
  /** Naive: count all days of the window from the raw events on every call. */
  readonly isFromRawEvents: boolean;
  readonly now: () => Date;
}

export interface DailyStatistics {
  /** Counts for the days from `from` up to but not including `to`, both at midnight UTC. */
  count(userId: number, from: Date, to: Date): Promise<readonly DailyCount[]>;
}

const DAY_MS = 86_400_000;
const REMEMBERED_WINDOWS = 2_000;
/** An event is stamped when its statement starts, so yesterday is closed once no such statement can still run. */
const CLOSING_MS = 60_000;

/** Events are stamped on arrival, so the counts of days that are over never change. */
export function createDailyStatistics(options: DailyStatisticsOptions): DailyStatistics {
  const { database, isFromRawEvents, now } = options;
  const remembered = new BoundedMap<string, readonly DailyCount[]>(REMEMBERED_WINDOWS);

  const countClosedDays = async (
    userId: number,
    from: Date,
    to: Date,
  ): Promise<readonly DailyCount[]> => {
    const key = `${userId} ${from.getTime()} ${to.getTime()}`;
    const known = remembered.get(key);
    if (known !== undefined) return known;
    const counted = await countEventsByDay(database, userId, from, to);
    remembered.set(key, counted);
    return counted;
  };

  return {
    count: async (userId, from, to) => {
      if (isFromRawEvents) return countEventsByDay(database, userId, from, to);
      const openFrom = firstOpenDay(now(), from, to);
      const [closed, open] = await Promise.all([
        from < openFrom ? countClosedDays(userId, from, openFrom) : [],
        openFrom < to ? countEventsByDay(database, userId, openFrom, to) : [],
      ]);
      return [...closed, ...open];
    },
  };
}

/** Midnight UTC of the window's first day that may still get events, or the window's end. */
export function firstOpenDay(now: Date, from: Date, to: Date): Date {
  const openDayMs = Math.floor((now.getTime() - CLOSING_MS) / DAY_MS) * DAY_MS;
  return new Date(clamp(openDayMs, from.getTime(), to.getTime()));
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
