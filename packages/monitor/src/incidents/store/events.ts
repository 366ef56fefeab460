import type { Query } from "../../notifications/leadership/term.ts";
import type { IncidentEvent } from "../incident.ts";

/** An event that is to be written. */
export interface NewEvent extends IncidentEvent {
  readonly incident: string;
  readonly details?: Readonly<Record<string, unknown>>;
  /** Of an incident's events each key is there once. */
  readonly key: string;
}

/** rows as JSON */
const ADD_EVENTS = `
insert into streamgate_monitor.incident_events (incident, at_ms, kind, summary, author, details, key)
select row.incident, row.at_ms, row.kind, row.summary, row.author, row.details, row.key
from jsonb_to_recordset($1::jsonb) as row
  (incident bigint, at_ms bigint, kind text, summary text, author text, details jsonb, key text)
where exists (select from streamgate_monitor.incidents where id = row.incident)
on conflict (incident, key) do nothing`;

/** Writes events into timelines; what is there already stays as it is. */
export async function addEvents(query: Query, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map(({ incident, atMs, kind, summary, author, details, key }) => ({
    incident,
    at_ms: Math.round(atMs),
    kind,
    summary,
    author,
    details: details ?? {},
    key,
  }));
  await query(ADD_EVENTS, [JSON.stringify(rows)]);
}
