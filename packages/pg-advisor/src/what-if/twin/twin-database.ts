import { randomBytes } from "node:crypto";
import { messageOf } from "@streamgate/core";
import type { Client } from "pg";
import type { Cluster } from "../../cluster/cluster.ts";
import { quoteIdentifier, quoteLiteral } from "../../schema/identifiers.ts";
import type { SkippedObject } from "../../schema/schema-script.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import { MAINTENANCE_DATABASE, withClient } from "./twin-server.ts";

/** The twin's database, and the two roles that are needed to make it one. */
export interface TwinDatabase {
  /** Superuser: writes catalogues; never touches an object in a way that runs its code. */
  readonly adminUrl: string;
  /** Owner of all that the watched database had. Its functions run with these few rights alone. */
  readonly plannerUrl: string;
  readonly skipped: readonly SkippedObject[];
}

/** The cluster's own database, with the locale and encoding of `initdb` in cluster.ts. */
const DEFAULT_DATABASE = { name: "postgres", collation: "C.UTF-8", encoding: "UTF8" } as const;
const OTHER_DATABASE = "twin";
const PLANNER = "streamgate_planner";

/**
 * The planner evaluates functions that call themselves immutable, so statements are planned by a
 * role that may do nothing but to own the schema, and to switch indexes by this function.
 */
const CREATE_SWITCH = `
create schema streamgate_twin;
create function streamgate_twin.switch_indexes(shown oid[], hidden oid[]) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $body$
  update pg_catalog.pg_index set indisvalid = true where indexrelid = any (shown);
  update pg_catalog.pg_index set indisvalid = false where indexrelid = any (hidden);
$body$;
revoke all on function streamgate_twin.switch_indexes from public;
grant usage on schema streamgate_twin to ${PLANNER};
grant execute on function streamgate_twin.switch_indexes to ${PLANNER};`;

/** Makes the database that the schema goes into, and the role that owns it. */
export async function openDatabase(cluster: Cluster, snapshot: Snapshot): Promise<TwinDatabase> {
  const password = randomBytes(24).toString("base64url");
  const { name, skipped } = await withClient(cluster.url(), async (client) => {
    await client.query(`create role ${PLANNER} login password ${quoteLiteral(password)}`);
    await client.query(`grant pg_read_all_data, pg_write_all_data to ${PLANNER}`);
    return createDatabase(client, snapshot);
  });
  await withClient(cluster.url(name), (client) => client.query(CREATE_SWITCH));
  return {
    adminUrl: cluster.url(name),
    plannerUrl: asRole(cluster.url(name), PLANNER, password),
    skipped,
  };
}

/** Leaves the server as it was before `openDatabase`. No connection to the database may be open. */
export async function dropDatabase(cluster: Cluster, { adminUrl }: TwinDatabase): Promise<void> {
  const name = quoteIdentifier(new URL(adminUrl).pathname.slice(1));
  await withClient(cluster.url(MAINTENANCE_DATABASE), async (client) => {
    await client.query(`drop database ${name}`);
    if (name === DEFAULT_DATABASE.name) {
      await client.query(`create database ${name} template template0`);
    }
    await client.query(`drop role ${PLANNER}`);
  });
}

/**
 * A database of the watched one's collation and encoding, for these decide whether LIKE can use an
 * index and where a text lies in a histogram.
 */
async function createDatabase(
  client: Client,
  snapshot: Snapshot,
): Promise<{ readonly name: string; readonly skipped: readonly SkippedObject[] }> {
  const { collation, encoding } = snapshot.server;
  const isDefault =
    normalised(collation) === normalised(DEFAULT_DATABASE.collation) &&
    encoding === DEFAULT_DATABASE.encoding;
  if (isDefault) return { name: DEFAULT_DATABASE.name, skipped: [] };
  const locale = quoteLiteral(collation);
  try {
    await client.query(`create database ${OTHER_DATABASE} template template0
      encoding ${quoteLiteral(encoding)} lc_collate ${locale} lc_ctype ${locale}`);
    return { name: OTHER_DATABASE, skipped: [] };
  } catch (error) {
    const object = `collation ${collation} of encoding ${encoding}`;
    const reason = `${messageOf(error)}; ${DEFAULT_DATABASE.collation} is used, so estimates of text ranges may differ`;
    return { name: DEFAULT_DATABASE.name, skipped: [{ object, reason }] };
  }
}

/** `en_US.utf8` and `en_US.UTF-8` are one. */
function normalised(collation: string): string {
  return collation.toLowerCase().replaceAll("-", "");
}

function asRole(url: string, role: string, password: string): string {
  const changed = new URL(url);
  changed.username = role;
  changed.password = password;
  return changed.href;
}
