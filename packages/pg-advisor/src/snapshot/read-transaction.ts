import { serverTooOld } from "../errors.ts";
import { type Address, shown } from "./address.ts";
import { connect } from "./connect.ts";
import type { ResolvedReadOptions } from "./options.ts";
import { explainReadingError, isVanishedObject } from "./reading-problems.ts";
import { rowsOf, type SqlClient } from "./sql-client.ts";

const OLDEST_VERSION = 140_000;
const ATTEMPTS = 5;

/**
 * Asks questions on one connection in one transaction that cannot write. When an object vanished
 * under the questions, they are asked again from the start, on a new view of the database.
 */
export async function inReadTransaction<Answer>(
  connectionString: string,
  options: ResolvedReadOptions,
  ask: (client: SqlClient, address: Address) => Promise<Answer>,
): Promise<Answer> {
  const connection = await connect(connectionString, options);
  const { client, address } = connection;
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await askOnce(client, options, async () => {
          await refuseOldServers(client, shown(address));
          return ask(client, address);
        });
      } catch (error) {
        if (attempt === ATTEMPTS || !isVanishedObject(error)) throw error;
      }
    }
  } catch (error) {
    throw explainReadingError(error, address.user, options);
  } finally {
    await connection.close();
  }
}

/**
 * With an empty search path all names come qualified, and nobody's functions stand before
 * PostgreSQL's own; dates and numbers are written so that any server reads them alike.
 */
const UNAMBIGUOUS_TEXT = `
  set local search_path = '';
  set local datestyle = 'ISO, YMD';
  set local intervalstyle = 'postgres';
  set local extra_float_digits = 3;
  set local bytea_output = 'hex';
  set local quote_all_identifiers = off`;

/** Rolled back at the end, whatever happened: there is nothing to keep. */
async function askOnce<Answer>(
  client: SqlClient,
  options: ResolvedReadOptions,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  await client.query(
    `begin transaction isolation level repeatable read, read only;
     set local statement_timeout = ${options.statementTimeoutMs};
     set local lock_timeout = ${options.lockTimeoutMs};
     ${UNAMBIGUOUS_TEXT}`,
  );
  try {
    return await ask();
  } finally {
    await client.query("rollback").catch(() => undefined);
  }
}

/** @throws StreamGateError `SG_PG_TOO_OLD` */
export async function refuseOldServers(client: SqlClient, place: string): Promise<void> {
  const [row] = await rowsOf<{ readonly number: number; readonly version: string }>(
    client,
    `select current_setting('server_version_num')::int as number,
            current_setting('server_version') as version`,
  );
  if (row === undefined || row.number < OLDEST_VERSION) {
    throw serverTooOld(place, row?.version ?? "unknown");
  }
}
