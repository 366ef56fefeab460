import type pg from "pg";
import { FORGET_NOTIFICATIONS } from "./queue-statements.ts";

const DAY_MS = 86_400_000;

/** How long what is over is kept. */
export interface Retention {
  readonly notificationsMs: number;
  readonly incidentsMs: number;
}

export const RETENTION_DEFAULTS: Retention = {
  notificationsMs: 30 * DAY_MS,
  incidentsMs: 400 * DAY_MS,
};

/** now; channels that exist. What is for a channel that is gone is given up when its time has come. */
const GIVE_UP_ORPHANS = `
update streamgate_monitor.notifications
set state = 'dead', ended_at_ms = $1, last_error = 'there is no channel of this name any more'
where state in ('waiting', 'sending') and give_up_at_ms <= $1 and channel <> all($2)`;

const FORGET: readonly (readonly [sql: string, keptFor: keyof Retention])[] = [
  [FORGET_NOTIFICATIONS, "notificationsMs"],
  ["delete from streamgate_monitor.silences where to_ms < $1", "notificationsMs"],
  ["delete from streamgate_monitor.alerts where state = 'resolved' and at_ms < $1", "incidentsMs"],
  [
    "delete from streamgate_monitor.transitions where recorded_at < to_timestamp($1 / 1000.0)",
    "incidentsMs",
  ],
  [
    "delete from streamgate_monitor.incidents where status = 'resolved' and resolved_at_ms < $1",
    "incidentsMs",
  ],
  ["delete from streamgate_monitor.changes where at_ms < $1", "incidentsMs"],
  ["delete from streamgate_monitor.findings_seen where last_seen_ms < $1", "incidentsMs"],
];

/** Removes what is over for long. */
export async function keepHouse(
  pool: pg.Pool,
  channels: readonly string[],
  retention: Retention,
  nowMs: number,
): Promise<void> {
  await pool.query(GIVE_UP_ORPHANS, [nowMs, channels]);
  for (const [sql, keptFor] of FORGET) await pool.query(sql, [nowMs - retention[keptFor]]);
}
