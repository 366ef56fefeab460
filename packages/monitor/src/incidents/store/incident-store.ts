import type { Query } from "../../notifications/leadership/term.ts";
import type { ActionItem, Incident, IncidentEvent, IncidentStatus } from "../incident.ts";

const COLUMNS = `
  id::text as id, service, title, severity, status, started_at_ms::float8 as "startedAtMs",
  joined_at_ms::float8 as "joinedAtMs", quiet_since_ms::float8 as "quietSinceMs",
  resolved_at_ms::float8 as "resolvedAtMs", acknowledged_by as "acknowledgedBy",
  acknowledged_at_ms::float8 as "acknowledgedAtMs"`;

/** Locked, so that a person's act and the leader's pass take turns. */
const OPEN = `
select ${COLUMNS} from streamgate_monitor.incidents where status <> 'resolved' order by id for update`;

const ONE = `select ${COLUMNS} from streamgate_monitor.incidents where id = $1`;

/** before which id, how many, statuses or null, service or null */
const LIST = `
select ${COLUMNS} from streamgate_monitor.incidents
where id < $1 and ($3::text[] is null or status = any($3)) and ($4::text is null or service = $4)
order by id desc limit $2`;

/** Which incidents are wanted; all where it says nothing. */
export interface IncidentFilter {
  readonly statuses?: readonly IncidentStatus[];
  readonly service?: string;
}

const ADD = `
insert into streamgate_monitor.incidents (service, title, severity, status, started_at_ms, joined_at_ms)
values ($1, $2, $3, 'open', $4, $5) returning ${COLUMNS}`;

const SAVE = `
update streamgate_monitor.incidents
set title = $2, severity = $3, status = $4, joined_at_ms = $5, quiet_since_ms = $6, resolved_at_ms = $7,
  acknowledged_by = $8, acknowledged_at_ms = $9
where id = $1`;

const EVENTS = `
select at_ms::float8 as "atMs", kind, summary, author from streamgate_monitor.incident_events
where incident = $1 order by at_ms, id`;

const ACTIONS = `
select id::text as id, summary, owner, is_done as "isDone" from streamgate_monitor.incident_actions
where incident = $1 order by id`;

type IncidentRow = {
  readonly [Field in keyof Incident]: undefined extends Incident[Field]
    ? Exclude<Incident[Field], undefined> | null
    : Incident[Field];
};

/** Those that are not resolved, for this transaction alone. */
export async function lockOpenIncidents(query: Query): Promise<readonly Incident[]> {
  return (await query<IncidentRow>(OPEN)).map(incidentOf);
}

export async function findIncident(
  query: Query,
  id: string,
  lock: "to-change" | "to-read",
): Promise<Incident | undefined> {
  const rows = await query<IncidentRow>(`${ONE}${lock === "to-change" ? " for update" : ""}`, [id]);
  return rows.map(incidentOf)[0];
}

/** The latest first. */
export async function listIncidents(
  query: Query,
  beforeId: string,
  limit: number,
  { statuses, service }: IncidentFilter = {},
): Promise<readonly Incident[]> {
  const values = [beforeId, limit, statuses ?? null, service ?? null];
  return (await query<IncidentRow>(LIST, values)).map(incidentOf);
}

export async function addIncident(
  query: Query,
  opened: Pick<Incident, "service" | "title" | "severity" | "startedAtMs" | "joinedAtMs">,
): Promise<Incident> {
  const { service, title, severity, startedAtMs, joinedAtMs } = opened;
  const rows = await query<IncidentRow>(ADD, [service, title, severity, startedAtMs, joinedAtMs]);
  const [incident] = rows.map(incidentOf);
  if (incident === undefined) throw new RangeError("insert returned no incident");
  return incident;
}

export async function saveIncident(query: Query, incident: Incident): Promise<void> {
  await query(SAVE, [
    incident.id,
    incident.title,
    incident.severity,
    incident.status,
    incident.joinedAtMs,
    incident.quietSinceMs ?? null,
    incident.resolvedAtMs ?? null,
    incident.acknowledgedBy ?? null,
    incident.acknowledgedAtMs ?? null,
  ]);
}

export async function eventsOf(query: Query, id: string): Promise<readonly IncidentEvent[]> {
  return query<IncidentEvent>(EVENTS, [id]);
}

export async function actionsOf(query: Query, id: string): Promise<readonly ActionItem[]> {
  return query<ActionItem>(ACTIONS, [id]);
}

function incidentOf(row: IncidentRow): Incident {
  return {
    ...row,
    quietSinceMs: row.quietSinceMs ?? undefined,
    resolvedAtMs: row.resolvedAtMs ?? undefined,
    acknowledgedBy: row.acknowledgedBy ?? undefined,
    acknowledgedAtMs: row.acknowledgedAtMs ?? undefined,
  };
}

const ADD_ACTION = `
insert into streamgate_monitor.incident_actions (incident, summary, owner) values ($1, $2, $3)
returning id::text as id, summary, owner, is_done as "isDone"`;

const COMPLETE_ACTION = `
update streamgate_monitor.incident_actions set is_done = true where id = $1
returning id::text as id, summary, owner, is_done as "isDone"`;

export async function addAction(
  query: Query,
  incident: string,
  summary: string,
  owner: string,
): Promise<ActionItem> {
  const [action] = await query<ActionItem>(ADD_ACTION, [incident, summary, owner]);
  if (action === undefined) throw new RangeError("insert returned no action");
  return action;
}

export async function completeAction(query: Query, id: string): Promise<ActionItem | undefined> {
  const [action] = await query<ActionItem>(COMPLETE_ACTION, [id]);
  return action;
}
