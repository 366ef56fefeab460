import type { AlertTransition } from "../../alerts/transition.ts";
import type { Query } from "../leadership/term.ts";
import type { RecordedAlert } from "./recorded-alert.ts";

const COLUMNS = `
  alert_id as "alertId", rule_name as "ruleName", state, severity, labels, summary, description, runbook, value,
  started_at_ms::float8 as "startedAtMs", at_ms::float8 as "atMs", incident::text as incident`;

/** now, how long resolved ones are looked at */
const LOAD = `
select ${COLUMNS} from streamgate_monitor.alerts where state = 'firing' or at_ms > $1::bigint - $2::bigint`;

/** incident */
const OF_INCIDENT = `
select ${COLUMNS} from streamgate_monitor.alerts where incident = $1 order by started_at_ms, alert_id`;

/** from, to */
const FIRED_BETWEEN = `
select ${COLUMNS} from streamgate_monitor.alerts
where started_at_ms between $1 and $2 order by started_at_ms limit 500`;

/** rows as JSON */
const SAVE = `
insert into streamgate_monitor.alerts
  (alert_id, rule_name, state, severity, labels, summary, description, runbook, value, started_at_ms, at_ms, incident)
select row."alertId", row."ruleName", row.state, row.severity, row.labels, row.summary, row.description, row.runbook,
  coalesce(row.value, 'NaN'), row."startedAtMs", row."atMs", row.incident
from jsonb_to_recordset($1::jsonb) as row
  ("alertId" text, "ruleName" text, state text, severity text, labels jsonb, summary text, description text,
   runbook text, value float8, "startedAtMs" bigint, "atMs" bigint, incident bigint)
on conflict (alert_id) do update set
  rule_name = excluded.rule_name, state = excluded.state, severity = excluded.severity, labels = excluded.labels,
  summary = excluded.summary, description = excluded.description, runbook = excluded.runbook, value = excluded.value,
  started_at_ms = excluded.started_at_ms, at_ms = excluded.at_ms, incident = excluded.incident`;

/** rows as JSON, term; a transition that is there counts once */
const LOG = `
insert into streamgate_monitor.transitions (alert_id, state, started_at_ms, at_ms, value, summary, term)
select row."alertId", row.state, row."startedAtMs", row."atMs", coalesce(row.value, 'NaN'), row.summary, $2
from jsonb_to_recordset($1::jsonb) as row
  ("alertId" text, state text, "startedAtMs" bigint, "atMs" bigint, value float8, summary text)
on conflict (alert_id, state, started_at_ms) do nothing`;

/** What fires, and what was resolved lately. */
export async function loadAlerts(
  query: Query,
  nowMs: number,
  resolvedKeptMs: number,
): Promise<readonly RecordedAlert[]> {
  return (await query<AlertRow>(LOAD, [nowMs, resolvedKeptMs])).map(alertOf);
}

export async function alertsOfIncident(
  query: Query,
  incident: string,
): Promise<readonly RecordedAlert[]> {
  return (await query<AlertRow>(OF_INCIDENT, [incident])).map(alertOf);
}

export async function alertsBegunBetween(
  query: Query,
  fromMs: number,
  toMs: number,
): Promise<readonly RecordedAlert[]> {
  return (await query<AlertRow>(FIRED_BETWEEN, [Math.floor(fromMs), Math.ceil(toMs)])).map(alertOf);
}

export async function saveAlerts(query: Query, alerts: readonly RecordedAlert[]): Promise<void> {
  if (alerts.length > 0) await query(SAVE, [JSON.stringify(alerts)]);
}

export async function logTransitions(
  query: Query,
  transitions: readonly AlertTransition[],
  term: number,
): Promise<void> {
  if (transitions.length > 0) await query(LOG, [JSON.stringify(transitions), term]);
}

interface AlertRow extends Omit<RecordedAlert, "incident"> {
  readonly incident: string | null;
}

function alertOf(row: AlertRow): RecordedAlert {
  return { ...row, incident: row.incident ?? undefined };
}
