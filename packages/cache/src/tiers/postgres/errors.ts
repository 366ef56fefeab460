import { messageOf, StreamGateError } from "@streamgate/core";
import { sqlStateOf } from "./client.ts";

/** The tier was used after `close()`. */
export function postgresTierClosed(tried: string): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_POSTGRES_CLOSED",
    tried: `${tried} in the PostgreSQL tier`,
    happened: "the tier was closed",
    remedy: "close the tier last, after everybody who uses it",
  });
}

/** An option cannot be. */
export function badPostgresTierOption(
  name: string,
  value: unknown,
  wanted: string,
): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_POSTGRES_BAD_OPTION",
    tried: `make a PostgreSQL tier with ${name} = ${String(value)}`,
    happened: `it is not ${wanted}`,
    remedy: "leave it out to take the default",
  });
}

/** A fill came with a stamp that another tier made. */
export function foreignStamp(tier: string, maker: string): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_POSTGRES_FOREIGN_STAMP",
    tried: `fill the tier ${tier}`,
    happened: `the stamp was made by the tier ${maker}`,
    remedy: "hand each tier the stamp that its own begin() gave",
  });
}

/** The tables are missing or too old, and this role may not make them. */
export function tablesMissing(schema: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_POSTGRES_NOT_MIGRATED",
    tried: `make the tables of the cache in the schema ${schema}`,
    happened: messageOf(cause),
    remedy: "call migrate() once as a role that may create a schema, then grant the rights on it",
    cause,
  });
}

/** The database cannot hold every character of a key. */
export function encodingUnfit(encoding: string): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_POSTGRES_ENCODING",
    tried: "keep keys in the database",
    happened: `its encoding is ${encoding}, which has no place for some characters`,
    remedy: "use a database whose encoding is UTF8",
  });
}

/** A statement failed; the code tells a time-out and a missing right from everything else. */
export function statementFailed(tried: string, cause: unknown): StreamGateError {
  const state = sqlStateOf(cause);
  const parts = { tried: `${tried} in the PostgreSQL tier`, happened: messageOf(cause), cause };
  if (state === "57014") {
    return new StreamGateError({
      ...parts,
      code: "SG_CACHE_POSTGRES_TIMED_OUT",
      remedy: "look for locks and load on the server, or raise statement_timeout for this role",
    });
  }
  if (state === "42501") {
    return new StreamGateError({
      ...parts,
      code: "SG_CACHE_POSTGRES_FORBIDDEN",
      remedy: "grant select, insert, update and delete on all tables of the cache's schema",
    });
  }
  return new StreamGateError({
    ...parts,
    code: "SG_CACHE_POSTGRES_FAILED",
    remedy: "read what the server said; the cache goes on from the source meanwhile",
  });
}
