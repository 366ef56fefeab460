import type { Fix } from "@streamgate/core";
import { quoteIdentifier } from "@streamgate/pg-advisor";
import type { StoreQuery } from "../platform/store-pool.ts";

/** What StreamGate did to a database. */
export interface OwnAct {
  readonly id: string;
  readonly direction: "apply" | "revert";
  readonly fix: Fix;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

/** An event that may have been StreamGate's. */
export interface UnclaimedEvent {
  readonly id: string;
  readonly event: string;
  readonly indexName: string;
  readonly notBeforeMs: number;
  readonly atMs: number;
}

/** Clocks of the watched server and of the store need not agree. */
const CLOCKS_APART_MS = 60_000;

/** The act that an event comes from: one of that time whose SQL names the index, the latest of several; undefined where nobody of ours did it. */
export function actBehind(event: UnclaimedEvent, acts: readonly OwnAct[]): OwnAct | undefined {
  return acts.findLast(
    ({ direction, fix, startedAtMs, endedAtMs }) =>
      endedAtMs >= event.notBeforeMs - CLOCKS_APART_MS &&
      startedAtMs <= event.atMs + CLOCKS_APART_MS &&
      fix.steps.some(
        (step) => step.kind === "sql" && doesIt(step[direction], event.event, event.indexName),
      ),
  );
}

const VERBS: Readonly<Record<string, RegExp>> = {
  appeared: /\bcreate\s+(?:unique\s+)?index\b/i,
  "became valid": /\b(?:create\s+(?:unique\s+)?index|reindex)\b/i,
  changed: /\bcreate\s+(?:unique\s+)?index\b/i,
  renamed: /\balter\s+index\b/i,
  rebuilt: /\breindex\b/i,
  vanished: /\bdrop\s+index\b/i,
};

function doesIt(sql: string, event: string, indexName: string): boolean {
  const name = quoteIdentifier(indexName).replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const named = new RegExp(`(?<![\\w$"])${name}(?![\\w$"])`);
  return (VERBS[event]?.test(sql) ?? false) && named.test(sql);
}

/** database, how far back */
const UNCLAIMED = `
select id::text, event, index_name as "indexName",
  extract(epoch from not_before)::float8 * 1000 as "notBeforeMs", extract(epoch from at)::float8 * 1000 as "atMs"
from streamgate.index_history where database = $1 and application is null and at > now() - interval '1 day'`;

/** targets */
const ACTS = `
select id::text, direction, fix, extract(epoch from started_at)::float8 * 1000 as "startedAtMs",
  extract(epoch from ended_at)::float8 * 1000 as "endedAtMs"
from streamgate.applications
where target = any($1) and outcome = 'done' and ended_at > now() - interval '2 days' order by ended_at`;

/**
 * Notes which events of late were StreamGate's own acts. An act may be noted after the event, so that it is looked for at each look.
 *
 * @param targets under which findings of the database are kept: its name, and its address
 */
export async function claimEvents(
  query: StoreQuery,
  database: string,
  targets: readonly string[],
): Promise<void> {
  const events = await query<UnclaimedEvent>(UNCLAIMED, [database]);
  if (events.length === 0) return;
  const acts = await query<OwnAct>(ACTS, [targets]);
  for (const event of events) {
    const act = actBehind(event, acts);
    if (act === undefined) continue;
    await query("update streamgate.index_history set application = $2 where id = $1", [
      event.id,
      act.id,
    ]);
  }
}
