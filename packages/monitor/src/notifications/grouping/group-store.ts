import type { Severity } from "@streamgate/core";
import type { Labels } from "@streamgate/telemetry";
import type { Query } from "../leadership/term.ts";

/** A group as the database keeps it. */
export interface GroupRow {
  readonly key: string;
  readonly route: string;
  readonly labels: Labels;
  readonly openedAtMs: number;
  readonly notifiedAtMs: number | null;
  readonly toldSeverity: Severity | null;
  readonly toldChannels: readonly string[];
  readonly sequence: number;
}

export interface MemberRow {
  readonly key: string;
  readonly alertId: string;
  readonly toldStartedAtMs: number | null;
}

/** An alert that joins a group. */
export interface Joining {
  readonly key: string;
  readonly route: string;
  readonly labels: Labels;
  readonly isOverflow: boolean;
  readonly dueAtMs: number;
  readonly alertId: string;
}

const COUNT_GROUPS = `
select route, count(*)::int4 as count from streamgate_monitor.notification_groups
where not is_overflow group by route`;

/** keys */
const PRESENT = `
select group_key as key from streamgate_monitor.notification_groups where group_key = any($1)`;

/** alerts */
const MEMBERSHIPS = `
select member.alert_id as "alertId", present.route, member.group_key as key
from streamgate_monitor.group_members as member
join streamgate_monitor.notification_groups as present using (group_key)
where member.alert_id = any($1)`;

/** rows as JSON, now; a group is due as soon as its most urgent news */
const OPEN = `
insert into streamgate_monitor.notification_groups (group_key, route, labels, is_overflow, opened_at_ms, due_at_ms)
select distinct on (row.key) row.key, row.route, row.labels, row."isOverflow", $2, row."dueAtMs"
from jsonb_to_recordset($1::jsonb) as row
  (key text, route text, labels jsonb, "isOverflow" boolean, "dueAtMs" bigint)
order by row.key, row."dueAtMs"
on conflict (group_key) do update set due_at_ms = least(notification_groups.due_at_ms, excluded.due_at_ms)`;

/** rows as JSON */
const JOIN = `
insert into streamgate_monitor.group_members (group_key, alert_id)
select row.key, row."alertId" from jsonb_to_recordset($1::jsonb) as row (key text, "alertId" text)
on conflict do nothing`;

/** alerts, due */
const HASTEN = `
update streamgate_monitor.notification_groups as hastened set due_at_ms = least(due_at_ms, $2)
where group_key in (select group_key from streamgate_monitor.group_members where alert_id = any($1))`;

/** now */
const DUE = `
select group_key as key, route, labels, opened_at_ms::float8 as "openedAtMs", notified_at_ms::float8 as "notifiedAtMs",
  told_severity as "toldSeverity", told_channels as "toldChannels", sequence
from streamgate_monitor.notification_groups where due_at_ms <= $1 order by due_at_ms`;

const NEXT_DUE = `
select min(due_at_ms)::float8 as "dueAtMs" from streamgate_monitor.notification_groups`;

/** keys */
const MEMBERS = `
select group_key as key, alert_id as "alertId", told_started_at_ms::float8 as "toldStartedAtMs"
from streamgate_monitor.group_members where group_key = any($1)`;

/** Everything is looked at anew by whoever begins to lead, and when a clock was set back. */
const HASTEN_ALL = `
update streamgate_monitor.notification_groups set due_at_ms = $1 where due_at_ms > $1`;

/** key, due, notified at, severity, channels, sequence */
const SAVE = `
update streamgate_monitor.notification_groups
set due_at_ms = $2, notified_at_ms = $3, told_severity = $4, told_channels = $5, sequence = $6
where group_key = $1`;

/** keys as one array, alerts and beginnings as two of the same length */
const MARK_TOLD = `
update streamgate_monitor.group_members as member set told_started_at_ms = told.started
from unnest($2::text[], $3::bigint[]) as told (alert_id, started)
where member.group_key = $1 and member.alert_id = told.alert_id`;

/** key, alerts */
const LEAVE = `
delete from streamgate_monitor.group_members where group_key = $1 and alert_id = any($2)`;

const CLOSE = `delete from streamgate_monitor.notification_groups where group_key = $1`;

export async function countGroups(query: Query): Promise<Map<string, number>> {
  const rows = await query<{ route: string; count: number }>(COUNT_GROUPS);
  return new Map(rows.map(({ route, count }) => [route, count]));
}

export async function presentGroups(
  query: Query,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await query<{ key: string }>(PRESENT, [keys]);
  return new Set(rows.map(({ key }) => key));
}

/** In which group of a route an alert is. */
export async function membershipsOf(
  query: Query,
  alertIds: readonly string[],
): Promise<(alertId: string, route: string) => string | undefined> {
  if (alertIds.length === 0) return () => undefined;
  const rows = await query<{ alertId: string; route: string; key: string }>(MEMBERSHIPS, [
    alertIds,
  ]);
  const name = (alertId: string, route: string): string => JSON.stringify([alertId, route]);
  const keys = new Map(rows.map(({ alertId, route, key }) => [name(alertId, route), key]));
  return (alertId, route) => keys.get(name(alertId, route));
}

export async function joinGroups(
  query: Query,
  joining: readonly Joining[],
  nowMs: number,
): Promise<void> {
  if (joining.length === 0) return;
  const rows = JSON.stringify(joining);
  await query(OPEN, [rows, nowMs]);
  await query(JOIN, [rows]);
}

export async function hastenGroups(
  query: Query,
  alertIds: readonly string[],
  dueAtMs: number,
): Promise<void> {
  if (alertIds.length > 0) await query(HASTEN, [alertIds, dueAtMs]);
}

export async function hastenAllGroups(query: Query, nowMs: number): Promise<void> {
  await query(HASTEN_ALL, [nowMs]);
}

export async function dueGroups(
  query: Query,
  nowMs: number,
): Promise<readonly { readonly group: GroupRow; readonly members: readonly MemberRow[] }[]> {
  const groups = await query<GroupRow>(DUE, [nowMs]);
  if (groups.length === 0) return [];
  const members = await query<MemberRow>(MEMBERS, [groups.map(({ key }) => key)]);
  const byGroup = new Map<string, MemberRow[]>(groups.map(({ key }) => [key, []]));
  for (const member of members) byGroup.get(member.key)?.push(member);
  return groups.map((group) => ({ group, members: byGroup.get(group.key) ?? [] }));
}

/** When the next group is due; undefined where there is none. */
export async function nextDueMs(query: Query): Promise<number | undefined> {
  const [row] = await query<{ dueAtMs: number | null }>(NEXT_DUE);
  return row?.dueAtMs ?? undefined;
}

/** What became of a group that was due. */
export interface GroupOutcome {
  readonly key: string;
  /** Undefined: it is over. */
  readonly nextDueMs: number | undefined;
  readonly notifiedAtMs: number | null;
  readonly toldSeverity: Severity | null;
  readonly toldChannels: readonly string[];
  readonly sequence: number;
  readonly told: readonly { readonly alertId: string; readonly startedAtMs: number }[];
  readonly left: readonly { readonly alertId: string }[];
}

export async function saveGroup(query: Query, outcome: GroupOutcome): Promise<void> {
  const { key, nextDueMs, told, left } = outcome;
  if (nextDueMs === undefined) {
    await query(CLOSE, [key]);
    return;
  }
  if (told.length > 0)
    await query(MARK_TOLD, [
      key,
      told.map(({ alertId }) => alertId),
      told.map(({ startedAtMs }) => startedAtMs),
    ]);
  if (left.length > 0) await query(LEAVE, [key, left.map(({ alertId }) => alertId)]);
  await query(SAVE, [
    key,
    Math.ceil(nextDueMs),
    outcome.notifiedAtMs,
    outcome.toldSeverity,
    JSON.stringify(outcome.toldChannels),
    outcome.sequence,
  ]);
}
