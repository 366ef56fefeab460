import type { Database } from "../database/database.ts";

/** One day's events of one kind on one user's content. */
export interface DailyCount {
  readonly day: string;
  readonly kind: string;
  readonly events: number;
  readonly watched_seconds: number;
}

const DAILY = `
select to_char(created_at at time zone 'UTC', 'YYYY-MM-DD') as day, kind,
  count(*) as events, sum(watched_seconds) as watched_seconds
from analytics_events
where user_id = $1 and created_at >= $2 and created_at < $3
group by 1, 2
order by 1, 2`;

/** Counted from the raw events, days in UTC. */
export function countEventsByDay(
  database: Database,
  userId: number,
  from: Date,
  to: Date,
): Promise<readonly DailyCount[]> {
  return database.query<DailyCount>(DAILY, [userId, from, to]);
}
