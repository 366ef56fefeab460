import type { IndexPortrait } from "@streamgate/pg-advisor";
import type { StoreQuery } from "../platform/store-pool.ts";
import type { EffectComparison } from "./effect/effect-comparison.ts";
import { INDEX_EVENTS, type IndexEvent, type IndexEventKind } from "./index-events.ts";

/** An event as it is kept, with who did it. */
export interface NotedEvent extends IndexEvent {
  readonly id: string;
  /** StreamGate's own act; null where it was somebody else's. */
  readonly act: IndexAct | null;
  /** What came of it, once that does not change any more; null before. */
  readonly comparison: EffectComparison | null;
}

/** What StreamGate did to an index. */
interface IndexAct {
  readonly finding: string;
  /** Under which the finding is kept. */
  readonly target: string;
  readonly direction: "apply" | "revert";
  /** Who let it be done, or why it was taken back. */
  readonly reason: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

const KEPT_DAYS = 400;

/** Notes what happened, and forgets what is very old. */
export async function writeIndexEvents(
  query: StoreQuery,
  events: readonly IndexEvent[],
): Promise<void> {
  const [first] = events;
  if (first === undefined) return;
  await query(WRITE, [JSON.stringify(events.map(rowOf))]);
  await query(
    `delete from streamgate.index_history where database = $1 and at < $2::timestamptz - interval '${KEPT_DAYS} days'`,
    [first.database, new Date(first.atMs)],
  );
}

const WRITE = `
insert into streamgate.index_history (database, schema_name, index_name, table_schema, table_name, event,
  not_before, at, definition, previous, size_bytes, previous_size_bytes, portrait)
select database, schema_name, index_name, table_schema, table_name, event,
  not_before, at, definition, previous, size_bytes, previous_size_bytes, portrait
from jsonb_populate_recordset(null::streamgate.index_history, $1::jsonb)`;

function rowOf(event: IndexEvent): Readonly<Record<string, unknown>> {
  const { index } = event.portrait;
  return {
    database: event.database,
    schema_name: index.schema,
    index_name: index.name,
    table_schema: index.table.schema,
    table_name: index.table.name,
    event: event.kind,
    not_before: new Date(event.notBeforeMs),
    at: new Date(event.atMs),
    definition: index.definition,
    previous: event.previous,
    size_bytes: index.sizeBytes,
    previous_size_bytes: event.previousSizeBytes,
    portrait: event.portrait,
  };
}

interface EventRow {
  readonly id: string;
  readonly database: string;
  readonly event: string;
  readonly not_before: Date;
  readonly at: Date;
  readonly previous: string | null;
  readonly previous_size_bytes: number | null;
  readonly portrait: IndexPortrait;
  readonly comparison: EffectComparison | null;
  readonly finding: string | null;
  readonly target: string | null;
  readonly direction: string | null;
  readonly reason: string | null;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
}

const MOST_EVENTS = 1_000;

/** The latest first. */
const READ = `
select history.id::text, history.database, history.event, history.not_before, history.at, history.previous,
  history.previous_size_bytes, history.portrait, history.comparison, application.finding, application.target, application.direction,
  application.reason, application.started_at, application.ended_at
from streamgate.index_history history
left join streamgate.applications application on application.id = history.application
where history.database = any($1) order by history.at desc, history.id desc limit ${MOST_EVENTS}`;

/** What happened to the indexes of these databases, the latest first. */
export async function readIndexEvents(
  query: StoreQuery,
  databases: readonly string[],
): Promise<readonly NotedEvent[]> {
  const rows = await query<EventRow>(READ, [databases]);
  return rows.flatMap((row) => {
    const kind = INDEX_EVENTS.find((one) => one === row.event);
    return kind === undefined ? [] : [eventOf(row, kind)];
  });
}

/** Keeps what came of an event, so that nobody has to read the history for it again. */
export async function keepComparison(
  query: StoreQuery,
  id: string,
  comparison: EffectComparison,
): Promise<void> {
  await query("update streamgate.index_history set comparison = $2 where id = $1", [
    id,
    JSON.stringify(comparison),
  ]);
}

function eventOf(row: EventRow, kind: IndexEventKind): NotedEvent {
  return {
    id: row.id,
    database: row.database,
    kind,
    notBeforeMs: row.not_before.getTime(),
    atMs: row.at.getTime(),
    portrait: row.portrait,
    previous: row.previous,
    previousSizeBytes: row.previous_size_bytes,
    act: actOf(row),
    comparison: row.comparison,
  };
}

function actOf(row: EventRow): IndexAct | null {
  const { finding, target, direction, reason, started_at: startedAt, ended_at: endedAt } = row;
  if (finding === null || target === null || startedAt === null || endedAt === null) return null;
  return {
    finding,
    target,
    direction: direction === "revert" ? "revert" : "apply",
    reason: reason ?? "",
    startedAtMs: startedAt.getTime(),
    endedAtMs: endedAt.getTime(),
  };
}
