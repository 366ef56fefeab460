import { qualify, quoteIdentifier } from "../schema/identifiers.ts";
import { statisticsHidden } from "./errors.ts";
import type { HiddenStatistics } from "./queries/column-statistics.ts";
import type { ColumnStatistics, RelationName, ServerFacts } from "./snapshot.ts";

const NEWEST_MAJOR = 18;
const NAMED_TABLES = 5;

/** Without any statistics there is no advice; a role that sees none lacks a right. */
export function refuseHiddenStatistics(
  statistics: readonly ColumnStatistics[],
  hidden: readonly HiddenStatistics[],
  user: string,
): void {
  const forbidden = hidden.filter((table) => table.lacksPrivilege);
  if (statistics.length > 0 || forbidden.length === 0) return;
  throw statisticsHidden(forbidden.length, grantReading(user));
}

export function warnOfNewServer(server: ServerFacts): readonly string[] {
  if (Math.floor(server.versionNumber / 10_000) <= NEWEST_MAJOR) return [];
  return [
    `PostgreSQL ${server.version} is newer than ${NEWEST_MAJOR}, the newest that this version of StreamGate knows: what is new in it is not seen.`,
  ];
}

export function warnOfStatistics(
  hidden: readonly HiddenStatistics[],
  user: string,
): readonly string[] {
  const forbidden = hidden.filter((table) => table.lacksPrivilege);
  const guarded = hidden.filter((table) => !table.lacksPrivilege);
  return [
    ...(forbidden.length > 0
      ? [
          `The statistics of ${namesOf(forbidden)} are hidden from this role, and advice on them would be guesswork. As a superuser: ${grantReading(user)}.`,
        ]
      : []),
    ...(guarded.length > 0
      ? [
          `Row security hides the statistics of ${namesOf(guarded)} from this role. As a superuser: alter role ${quoteIdentifier(user)} bypassrls.`,
        ]
      : []),
  ];
}

export function warnOfExtendedStatistics(
  partlyHidden: readonly string[],
  user: string,
): readonly string[] {
  if (partlyHidden.length === 0) return [];
  return [
    `The most common combinations of values in the extended statistics ${listed(partlyHidden)} are hidden from this role, and plans may be estimated otherwise than the server does. As a superuser: ${grantReading(user)}.`,
  ];
}

export function warnOfRowSecurity(guarded: readonly RelationName[]): readonly string[] {
  if (guarded.length === 0) return [];
  return [
    `Row security policies guard ${listed(guarded.map(qualify))}: plans are made without their conditions.`,
  ];
}

function grantReading(user: string): string {
  return `grant pg_read_all_data to ${quoteIdentifier(user)}`;
}

function namesOf(tables: readonly HiddenStatistics[]): string {
  return listed(tables.map((table) => table.table));
}

function listed(names: readonly string[]): string {
  const rest = names.length - NAMED_TABLES;
  return names.slice(0, NAMED_TABLES).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
