import { type Address, shown } from "./address.ts";
import { connect } from "./connect.ts";
import { serverTooOld } from "./errors.ts";
import type { ResolvedReadOptions } from "./options.ts";
import { marked } from "./own-mark.ts";
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
  const { address } = connection;
  const client = marked(connection.client);
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await inTransaction(client, options, async () => {
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
const UNAMBIGUOUS_TEXT = {
  search_path: "",
  datestyle: "ISO, YMD",
  intervalstyle: "postgres",
  extra_float_digits: "3",
  bytea_output: "hex",
  quote_all_identifiers: "off",
} as const;

/** Asks in one transaction that cannot write. Rolled back at the end, whatever happened: there is nothing to keep. */
export async function inTransaction<Answer>(
  client: SqlClient,
  options: Pick<ResolvedReadOptions, "statementTimeoutMs" | "lockTimeoutMs">,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  await client.query("begin transaction isolation level repeatable read, read only");
  try {
    await setLocally(client, {
      statement_timeout: `${options.statementTimeoutMs}`,
      lock_timeout: `${options.lockTimeoutMs}`,
      ...UNAMBIGUOUS_TEXT,
    });
    return await ask();
  } finally {
    await client.query("rollback").catch(() => undefined);
  }
}

/** All in one statement, by names and values of our own. */
async function setLocally(
  client: SqlClient,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const calls = Object.entries(settings).map(
    ([name, value]) => `pg_catalog.set_config('${name}', '${value}', true)`,
  );
  await client.query(`select ${calls.join(", ")}`);
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
