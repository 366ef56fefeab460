import { StreamGateError } from "@streamgate/core";

/** What was given as a connection string is none. */
export function connectionStringInvalid(happened: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_CONNECTION_STRING",
    tried: "read the connection string",
    happened,
    remedy:
      "write it as postgresql://USER:PASSWORD@HOST:5432/DATABASE, with special characters of the password percent-encoded",
  });
}

/** Nothing answers at host and port; `address` is without the password, as in all of these. */
export function serverUnreachable(
  address: string,
  happened: string,
  cause: unknown,
): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_UNREACHABLE",
    tried: `connect to ${address}`,
    happened,
    remedy:
      "correct host and port, or start PostgreSQL and let it listen there (listen_addresses, firewall)",
    cause,
  });
}

/** The server did not answer in time. */
export function connectionTimedOut(
  address: string,
  timeoutMs: number,
  cause: unknown,
): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_CONNECT_TIMEOUT",
    tried: `connect to ${address}`,
    happened: `it did not answer within ${timeoutMs} ms`,
    remedy: "check the host, the port and the firewalls in between, or allow more time",
    cause,
  });
}

/** The role or its password is wrong. */
export function passwordRefused(
  address: string,
  user: string,
  happened: string,
  cause: unknown,
): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_PASSWORD",
    tried: `connect to ${address} as ${user}`,
    happened,
    remedy: `correct the user and the password in the connection string; a superuser can set a new one by: alter role "${user}" password '…'`,
    cause,
  });
}

/** pg_hba.conf lets this user, host or database not in. */
export function connectionNotAllowed(
  address: string,
  happened: string,
  cause: unknown,
): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_NOT_ALLOWED",
    tried: `connect to ${address}`,
    happened,
    remedy:
      "add a line for this user, database and host to pg_hba.conf, then: select pg_reload_conf()",
    cause,
  });
}

/** There is no such database on the server. */
export function databaseAbsent(address: string, database: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_NO_DATABASE",
    tried: `connect to ${address}`,
    happened: `the server has no database "${database}"`,
    remedy: "correct the database's name at the end of the connection string",
    cause,
  });
}

/** TLS failed in one of three ways. */
export function tlsProblem(
  address: string,
  problem: "demanded" | "refused" | "untrusted",
  happened: string,
  cause: unknown,
): StreamGateError {
  const remedies = {
    demanded: "add sslmode=require to the connection string",
    refused:
      "add sslmode=disable to the connection string, or turn TLS on there: alter system set ssl = on",
    untrusted:
      "give the authority's certificate by sslrootcert=FILE in the connection string, or add sslmode=no-verify",
  };
  return new StreamGateError({
    code: `SG_PG_TLS_${problem.toUpperCase()}`,
    tried: `connect to ${address}`,
    happened,
    remedy: remedies[problem],
    cause,
  });
}

/** No connection is free. */
export function tooManyConnections(
  address: string,
  happened: string,
  cause: unknown,
): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_TOO_MANY_CONNECTIONS",
    tried: `connect to ${address}`,
    happened,
    remedy:
      "free a connection, or raise the limit: alter system set max_connections = 200, then restart PostgreSQL",
    cause,
  });
}

/** The connection failed in a way that has no advice of its own. */
export function connectionFailed(
  address: string,
  happened: string,
  cause: unknown,
): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_CONNECTION",
    tried: `connect to ${address}`,
    happened,
    remedy: "read what the server said; when it is starting or stopping, try again in a moment",
    cause,
  });
}

/** Older than all that StreamGate knows. */
export function serverTooOld(address: string, version: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_TOO_OLD",
    tried: `read PostgreSQL at ${address}`,
    happened: `it is version ${version}, and 14 is the oldest that can be read`,
    remedy: "upgrade it (pg_upgrade), or point at a server of version 14 to 18",
  });
}

/** The library of pg_stat_statements is not loaded. */
export function statementsNotPreloaded(isCreated: boolean): StreamGateError {
  const create = isCreated ? "" : ", then: create extension pg_stat_statements";
  return new StreamGateError({
    code: "SG_PG_STATEMENTS_NOT_PRELOADED",
    tried: "read the statements from pg_stat_statements",
    happened: "the server has not loaded its library",
    remedy: `alter system set shared_preload_libraries = 'pg_stat_statements' (keep what is listed there already), restart PostgreSQL${create}; or give the workload as a file`,
  });
}

/** pg_stat_statements is loaded, but not created in this database. */
export function statementsNotCreated(database: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_STATEMENTS_NOT_CREATED",
    tried: "read the statements from pg_stat_statements",
    happened: `the extension is not created in the database "${database}"`,
    remedy:
      "as a superuser, in that database: create extension pg_stat_statements; or give the workload as a file",
  });
}

/** The server was upgraded and the extension was not. */
export function statementsOutdated(): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_STATEMENTS_OUTDATED",
    tried: "read the statements from pg_stat_statements",
    happened:
      "the extension is of a version before 1.8, which does not tell execution from planning",
    remedy: "alter extension pg_stat_statements update",
  });
}

/** Most of the work is hidden from this role. */
export function statementsHidden(hidden: number, share: number, command: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_STATEMENTS_HIDDEN",
    tried: "read the statements from pg_stat_statements",
    happened: `${hidden} statements of other users, with ${Math.round(share * 100)}% of all time, are hidden from this role`,
    remedy: `as a superuser: ${command}`,
  });
}

/** The role may read no table, and so pg_stats shows it nothing. */
export function statisticsHidden(tables: number, command: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_STATISTICS_HIDDEN",
    tried: "read the planner's statistics from pg_stats",
    happened: `it shows only columns that this role may read, and it may read none of ${tables} analysed tables`,
    remedy: `as a superuser: ${command}`,
  });
}

/** One question took longer than it may. */
export function readingTimedOut(timeoutMs: number, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_READ_TIMEOUT",
    tried: "read the catalogue and the statistics",
    happened: `one query ran longer than ${timeoutMs} ms and was cancelled`,
    remedy: "try again when the server is less busy, or allow more time (statementTimeoutMs)",
    cause,
  });
}

/** Somebody holds an exclusive lock on a table or a catalogue. */
export function readingLocked(timeoutMs: number, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_READ_LOCKED",
    tried: "read the catalogue and the statistics",
    happened: `another session held an exclusive lock for longer than ${timeoutMs} ms`,
    remedy:
      "wait until the schema change that holds it is done; who it is: select pid, query from pg_stat_activity where pid in (select pid from pg_locks where mode = 'AccessExclusiveLock' and granted)",
    cause,
  });
}

/** The user stopped the reading. */
export function readingAborted(cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_ABORTED",
    tried: "read the database",
    happened: "it was stopped",
    remedy: "start it again when you want to",
    cause,
  });
}

/** A right is missing that reading needs. */
export function readingForbidden(
  happened: string,
  command: string,
  cause: unknown,
): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_READ_FORBIDDEN",
    tried: "read the catalogue and the statistics",
    happened,
    remedy: `as a superuser: ${command}`,
    cause,
  });
}

/** Reading failed in a way that has no advice of its own. */
export function readingFailed(happened: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_READ",
    tried: "read the catalogue and the statistics",
    happened,
    remedy: "try again; when it stays, report it with this message",
    cause,
  });
}
