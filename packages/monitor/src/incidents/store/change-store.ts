import type { Finding } from "@streamgate/core";
import type { Query } from "../../notifications/leadership/term.ts";
import type { Change } from "../change.ts";
import type { ReportedFinding } from "../incident.ts";

const ADD_CHANGE = `
insert into streamgate_monitor.changes (id, kind, at_ms, summary, labels) values ($1, $2, $3, $4, $5)
on conflict (id) do nothing returning id`;

/** from, to */
const CHANGES = `
select * from (
  select id, kind, at_ms::float8 as "atMs", summary, labels from streamgate_monitor.changes
  where at_ms between $1 and $2 order by at_ms desc limit 500
) as latest order by "atMs"`;

const CHANGE = `
select id, kind, at_ms::float8 as "atMs", summary, labels from streamgate_monitor.changes where id = $1`;

/** rows as JSON, now */
const SEE_FINDINGS = `
insert into streamgate_monitor.findings_seen
  (id, service, instance, kind, severity, summary, remedy, first_seen_ms, last_seen_ms)
select distinct on (row.id, row.service, row.instance)
  row.id, row.service, row.instance, row.kind, row.severity, row.summary, row.remedy, $2, $2
from jsonb_to_recordset($1::jsonb) as row
  (id text, service text, instance text, kind text, severity text, summary text, remedy text)
on conflict (id, service, instance) do update set
  last_seen_ms = excluded.last_seen_ms, severity = excluded.severity, summary = excluded.summary`;

/** from, to */
const FINDINGS = `
select id, service, instance, kind, severity, summary, remedy, first_seen_ms::float8 as "firstSeenMs",
  last_seen_ms::float8 as "lastSeenMs"
from streamgate_monitor.findings_seen where last_seen_ms >= $1 and first_seen_ms <= $2
order by first_seen_ms limit 500`;

/** Keeps a change; one with a known id counts once. Whether it is new. */
export async function addChange(query: Query, change: Change): Promise<boolean> {
  const { id, kind, atMs, summary, labels } = change;
  const rows = await query(ADD_CHANGE, [id, kind, Math.round(atMs), summary, labels]);
  return rows.length > 0;
}

export async function findChange(query: Query, id: string): Promise<Change | undefined> {
  const [change] = await query<Change>(CHANGE, [id]);
  return change;
}

export async function changesBetween(
  query: Query,
  fromMs: number,
  toMs: number,
): Promise<readonly Change[]> {
  return query<Change>(CHANGES, [Math.floor(fromMs), Math.ceil(toMs)]);
}

/** A finding with the process that reported it. */
export interface SeenFinding {
  readonly service: string;
  readonly instance: string;
  readonly finding: Finding;
}

export async function seeFindings(
  query: Query,
  seen: readonly SeenFinding[],
  nowMs: number,
): Promise<void> {
  if (seen.length === 0) return;
  const rows = seen.map(({ service, instance, finding }) => ({
    id: finding.id,
    service,
    instance,
    kind: finding.kind,
    severity: finding.severity,
    summary: finding.summary,
    remedy: finding.remedy ?? "",
  }));
  await query(SEE_FINDINGS, [JSON.stringify(rows).replaceAll("\\u0000", ""), Math.round(nowMs)]);
}

export async function findingsBetween(
  query: Query,
  fromMs: number,
  toMs: number,
): Promise<readonly ReportedFinding[]> {
  return query<ReportedFinding>(FINDINGS, [Math.floor(fromMs), Math.ceil(toMs)]);
}
