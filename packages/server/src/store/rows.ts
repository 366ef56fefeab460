import type { Finding, Fix, Proof, Severity, Verification } from "@streamgate/core";
import { SEVERITIES } from "@streamgate/core";
import { isFindingState } from "./finding-state.ts";
import type { ApplicationRecord, FindingRecord, HistoryEntry } from "./records.ts";

/** A row as the driver gives it. This file alone knows the names of the columns that are read. */
export type Row = Readonly<Record<string, unknown>>;

export function findingOf(row: Row): FindingRecord {
  const state = textOf(row.state);
  const severity = textOf(row.severity);
  return {
    target: textOf(row.target),
    id: textOf(row.id),
    severity: isSeverity(severity) ? severity : "info",
    // A state that only a later StreamGate knows is left alone: nothing leads out of it.
    state: isFindingState(state) ? state : "dismissed",
    stateSince: instantOf(row.state_since),
    lastRun: textOf(row.last_run),
    finding: row.document as Finding,
  };
}

export function applicationOf(row: Row): ApplicationRecord {
  return {
    id: textOf(row.id),
    run: maybe(row.run, textOf),
    target: textOf(row.target),
    finding: textOf(row.finding),
    direction: row.direction === "revert" ? "revert" : "apply",
    reason: textOf(row.reason),
    fix: row.fix as Fix,
    startedAt: instantOf(row.started_at),
    endedAt: maybe(row.ended_at, instantOf),
    outcome: maybe(row.outcome, (value) => textOf(value) as "done" | "failed" | "cut short"),
  };
}

export function historyEntryOf(row: Row): HistoryEntry {
  return {
    ...findingOf(row),
    connection: textOf(row.connection),
    proof: maybe(row.proof, (value) => value as Proof),
    verification: maybe(row.verification, (value) => value as Verification),
    applications: ((row.applications ?? []) as readonly Row[]).map(applicationOf),
  };
}

function isSeverity(text: string): text is Severity {
  return (SEVERITIES as readonly string[]).includes(text);
}

/** `bigint` columns come as text, and inside JSON as numbers. */
function textOf(value: unknown): string {
  return typeof value === "string" ? value : String(value);
}

/** Columns come as Date, JSON as text. */
function instantOf(value: unknown): string {
  return new Date(value instanceof Date ? value.getTime() : textOf(value)).toISOString();
}

function maybe<T>(value: unknown, map: (value: unknown) => T): T | null {
  return value === null || value === undefined ? null : map(value);
}
