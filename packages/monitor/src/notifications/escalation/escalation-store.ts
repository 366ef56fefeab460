import type { Query } from "../leadership/term.ts";
import type { EscalationState, Told } from "./next-step.ts";

/** An escalation as the database keeps it. */
export interface EscalationRow extends EscalationState {
  readonly incident: string;
  readonly policy: string;
  /** How often it began anew, from 1. */
  readonly run: number;
  /** Of the last notification in its thread. */
  readonly sequence: number;
  readonly told: readonly { readonly channel: string; readonly person?: string | undefined }[];
}

const COLUMNS = `
  incident::text as incident, policy, state, next_level as "nextLevel", round, due_at_ms::float8 as "dueAtMs", run,
  sequence, told`;

/** incident, policy, now */
const BEGIN = `
insert into streamgate_monitor.escalations (incident, policy, state, next_level, round, due_at_ms)
values ($1, $2, 'running', 0, 1, $3) on conflict (incident) do nothing`;

/** All that runs: at most as many as there are open incidents. */
const ACTIVE = `
select ${COLUMNS} from streamgate_monitor.escalations where state in ('running', 'acknowledged')
order by incident for update`;

/** incidents */
const OF = `
select ${COLUMNS} from streamgate_monitor.escalations where incident = any($1::bigint[]) for update`;

const SAVE = `
update streamgate_monitor.escalations
set state = $2, next_level = $3, round = $4, due_at_ms = $5, run = $6, sequence = $7, told = $8
where incident = $1`;

export async function addEscalation(
  query: Query,
  incident: string,
  policy: string,
  nowMs: number,
): Promise<void> {
  await query(BEGIN, [incident, policy, nowMs]);
}

export async function activeEscalations(query: Query): Promise<readonly EscalationRow[]> {
  return query<EscalationRow>(ACTIVE);
}

export async function escalationsOf(
  query: Query,
  incidents: readonly string[],
): Promise<readonly EscalationRow[]> {
  return incidents.length === 0 ? [] : query<EscalationRow>(OF, [incidents]);
}

export async function saveEscalation(query: Query, row: EscalationRow): Promise<void> {
  await query(SAVE, [
    row.incident,
    row.state,
    row.nextLevel,
    row.round,
    Math.ceil(row.dueAtMs),
    row.run,
    row.sequence,
    JSON.stringify(row.told),
  ]);
}

/** Who was told so far, each channel once. */
export function addTold(told: EscalationRow["told"], more: readonly Told[]): EscalationRow["told"] {
  const known = new Set(told.map(({ channel }) => channel));
  return [...told, ...more.filter(({ channel }) => !known.has(channel)).map(toldOf)];
}

function toldOf({ channel, person }: Told): EscalationRow["told"][number] {
  return person === undefined ? { channel } : { channel, person };
}
