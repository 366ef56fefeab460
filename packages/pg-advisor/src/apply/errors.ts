import { StreamGateError } from "@streamgate/core";

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

/** An apply was asked for with an option that cannot be. */
export function badApplyOption(name: string, value: number, byDefault: number): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_BAD_APPLY_OPTION",
    tried: `apply a fix with ${name} = ${value}`,
    happened: "it is not a whole number of at least 1",
    remedy: `leave it out (default ${byDefault}) or give such a number`,
  });
}
