import { messageOf, StreamGateError } from "@streamgate/core";

/** The command line was wrong; exit code 2. */
export function usageError(tried: string, happened: string, remedy: string): StreamGateError {
  return new StreamGateError({ code: "SG_SERVER_USAGE", tried, happened, remedy });
}

/** A setting has a value that cannot be used; `source` is the flag, variable or file that gave it. */
export function badSetting(
  source: string,
  happened: string,
  remedy: string,
  cause?: unknown,
): StreamGateError {
  return new StreamGateError({
    code: "SG_SERVER_BAD_SETTING",
    tried: `use ${source}`,
    happened,
    remedy,
    cause,
  });
}

/** The configuration file cannot be read by this runtime. */
export function configurationUnreadable(file: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_SERVER_CONFIGURATION",
    tried: `read ${file}`,
    happened: messageOf(cause),
    remedy: "correct the file, or write it as streamgate.config.json",
    cause,
  });
}

/** This Node.js cannot run TypeScript, and the configuration is written in it. */
export function typeScriptConfiguration(file: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_SERVER_CONFIGURATION_TYPESCRIPT",
    tried: `read ${file}`,
    happened: `Node.js ${process.versions.node} does not run TypeScript by itself`,
    remedy: "use Node.js 22.18 or later, or rename it to streamgate.config.js without types",
    cause,
  });
}

/** StreamGate's own memory cannot be reached. */
export function storeUnreachable(address: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_SERVER_STORE_UNREACHABLE",
    tried: `open StreamGate's store at ${address}`,
    happened: messageOf(cause),
    remedy: "start that PostgreSQL, or leave --store out to use the embedded one",
    cause,
  });
}

/** The store was written by a later StreamGate. */
export function storeTooNew(found: number, known: number): StreamGateError {
  return new StreamGateError({
    code: "SG_SERVER_STORE_TOO_NEW",
    tried: "open StreamGate's store",
    happened: `it is at version ${found}, and this StreamGate knows versions up to ${known}`,
    remedy: "use the StreamGate that wrote it, or another store by --store or --data",
  });
}

/** A migration that already ran was edited afterwards. */
export function migrationChanged(number: number, name: string): StreamGateError {
  return new StreamGateError({
    code: "SG_SERVER_MIGRATION_CHANGED",
    tried: "check the migrations of StreamGate's store",
    happened: `migration ${number} (${name}) differs from the one that made this store`,
    remedy: "install StreamGate anew; migrations are never edited, only added",
  });
}

/** The data folder cannot be made, or is no folder. */
export function folderUnusable(folder: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_SERVER_FOLDER_UNUSABLE",
    tried: `make the folder ${folder}`,
    happened: messageOf(cause),
    remedy: "name a folder that this user may write to by --data or STREAMGATE_DATA_DIR",
    cause,
  });
}

/** Another process holds the data folder and does not let go. */
export function folderBusy(folder: string, pid: number): StreamGateError {
  return new StreamGateError({
    code: "SG_SERVER_FOLDER_BUSY",
    tried: `use the store in ${folder}`,
    happened: `process ${pid} is starting or stopping it and has not finished`,
    remedy: `wait for it, end process ${pid}, or use another folder by --data`,
  });
}

/** A finding cannot go from one state to another. */
export function impossibleTransition(id: string, from: string, to: string): StreamGateError {
  return new StreamGateError({
    code: "SG_SERVER_FINDING_STATE",
    tried: `note that finding ${id} is ${to}`,
    happened: `it is ${from}, and no step leads from there`,
    remedy: "look at `streamgate history`; another StreamGate may be working on it",
  });
}

/** No finding, or more than one, has the id that was given. */
export function findingUnknown(id: string, matches: readonly string[]): StreamGateError {
  return new StreamGateError({
    code: "SG_SERVER_FINDING_UNKNOWN",
    tried: `find the finding ${id}`,
    happened:
      matches.length === 0
        ? "the store holds none with that id"
        : `${matches.length} ids begin so: ${matches.slice(0, 3).join(", ")}`,
    remedy: "list the findings with `streamgate history`",
  });
}

/** The finding has nothing that could be taken back. */
export function nothingToRevert(id: string, state: string): StreamGateError {
  return new StreamGateError({
    code: "SG_SERVER_NOTHING_TO_REVERT",
    tried: `revert finding ${id}`,
    happened: `it is ${state}: StreamGate has applied nothing for it`,
    remedy: "list what was applied with `streamgate history`",
  });
}

/** The configuration has no database of that name. */
export function databaseUnknown(name: string): StreamGateError {
  return new StreamGateError({
    code: "SG_SERVER_DATABASE_NOT_FOUND",
    tried: `work on the database ${name}`,
    happened: "the configuration names none such",
    remedy: "add it under `databases`, or ask for one of those that are there",
  });
}

/** What is asked for has been done already. */
export function fixStands(id: string, state: string): StreamGateError {
  return new StreamGateError({
    code: "SG_SERVER_FIX_STANDS",
    tried: `prove or apply finding ${id}`,
    happened: `its fix stands in the database already: it is ${state}`,
    remedy: "verify it again, or take it back first",
  });
}

/** A fix cannot be judged by what production says. */
export function nothingToVerify(id: string, happened: string): StreamGateError {
  return new StreamGateError({
    code: "SG_SERVER_NOTHING_TO_VERIFY",
    tried: `verify finding ${id}`,
    happened,
    remedy: "apply it through StreamGate, which watches production before and after",
  });
}

/** A process of the demo ended or did not come up. */
export function demoPartFailed(part: string, log: string, cause?: unknown): StreamGateError {
  const said = log.trim().split("\n").slice(-4).join(" | ");
  return new StreamGateError({
    code: "SG_SERVER_DEMO_PART",
    tried: `run the demo's ${part}`,
    happened: said === "" ? messageOf(cause ?? "it ended without a word") : said,
    remedy: "run `npm run build`, then try again; remove the demo's folder to start afresh",
    cause,
  });
}

/** The page found no port. */
export function noFreePort(first: number, last: number): StreamGateError {
  return new StreamGateError({
    code: "SG_SERVER_NO_PORT",
    tried: `serve the page on a port from ${first} to ${last}`,
    happened: "all of them are taken",
    remedy: "choose another with --port",
  });
}

/** Another process runs the demo in the same folder. */
export function demoAlreadyRuns(folder: string): StreamGateError {
  return new StreamGateError({
    code: "SG_SERVER_DEMO_RUNS",
    tried: `start the demo's database in ${folder}`,
    happened: "another demo runs there",
    remedy: "open its page, end it with Ctrl-C, or use another folder by --data",
  });
}

/** Recorded requests that cannot be read. */
export function requestsUnreadable(file: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_SERVER_REQUESTS_UNREADABLE",
    tried: `read recorded requests from ${file === "-" ? "standard input" : file}`,
    happened: messageOf(cause),
    remedy:
      "give the file that recordRequests of @streamgate/postgres wrote, or - for standard input",
    cause,
  });
}
