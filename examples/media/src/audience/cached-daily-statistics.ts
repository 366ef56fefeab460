import type { Answers } from "../cache/answers.ts";
import { entries } from "../cache/entries.ts";
import type { Database } from "../database/database.ts";
import { countEventsByDay } from "../queries/daily-statistics.ts";
import { type DailyStatistics, firstOpenDay } from "./daily-statistics.ts";

/** Days that are over are counted once an hour; the open day again after each batch of events for this user. */
export function createCachedDailyStatistics(
  answers: Answers,
  database: Database,
  now: () => Date,
): DailyStatistics {
  return {
    count: async (userId, from, to) => {
      const openFrom = firstOpenDay(now(), from, to);
      const [closed, open] = await Promise.all([
        from < openFrom
          ? answers.value(entries.closedDays(userId, from, openFrom), () =>
              countEventsByDay(database, userId, from, openFrom),
            )
          : [],
        openFrom < to
          ? answers.value(entries.openDay(userId, openFrom, to), () =>
              countEventsByDay(database, userId, openFrom, to),
            )
          : [],
      ]);
      return [...closed, ...open];
    },
  };
}
