import { type LabDescription, messageOf } from "@streamgate/core";
import pg from "pg";
import type { RunContext } from "../context.ts";
import { qualify } from "../schema/identifiers.ts";
import type { RelationName, Snapshot } from "../snapshot/snapshot.ts";
import { labIsWatched, labNotPermitted, labUnfit, labUnreachable } from "./errors.ts";
import type { Lab, SkippedPart } from "./lab.ts";
import { gatherFamilies, type TableFamily } from "./table-family.ts";

export interface NamedLabInput {
  /** Connection string of a database whose tables its user owns. */
  readonly url: string;
  readonly snapshot: Snapshot;
  readonly tables: readonly RelationName[];
  readonly context: RunContext;
  /** Let the watched database itself be the lab, such as one that only developers use. @default false */
  readonly allowsWatched?: boolean;
}

const OLDEST_VERSION = 140_000;

/**
 * Takes a database that the user named, such as a restored backup, as lab. Nothing is made or
 * changed there until a proof runs, and closing leaves nothing behind.
 *
 * @throws StreamGateError `SG_PG_LAB_UNREACHABLE`, `SG_PG_LAB_IS_WATCHED`, `SG_PG_LAB_UNFIT`,
 * `SG_PG_LAB_NOT_PERMITTED`; the signal's reason when it is aborted
 */
export async function openNamedLab(input: NamedLabInput): Promise<Lab> {
  const { url, snapshot, tables, context } = input;
  context.signal.throwIfAborted();
  const client = await connect(url);
  try {
    const address = `${client.host}:${client.port}/${client.database ?? ""}`;
    const server = await readServer(client);
    if (!input.allowsWatched && isWatched(client, server, snapshot)) throw labIsWatched(address);
    refuseUnfitServer(server, address);
    const families = gatherFamilies(snapshot, tables);
    const found = await findTables(client, families);
    if (families.length > 0 && found.present.length === 0) {
      const missing = families.map(({ root }) => qualify(root)).join(", ");
      throw labUnfit(address, `it has none of ${missing}`, "name a clone of the watched database");
    }
    refuseForeignTables(found.present);
    return {
      description: describe(address, server, found.present),
      connectionString: url,
      serverPid: null,
      skipped: found.skipped,
      close: async () => undefined,
    };
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function connect(url: string): Promise<pg.Client> {
  try {
    const client = new pg.Client({ connectionString: url, application_name: "streamgate lab" });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  } catch (cause) {
    throw labUnreachable(messageOf(cause), cause);
  }
}

interface LabServer {
  readonly versionNumber: number;
  readonly version: string;
  readonly database: string;
  readonly startedAt: Date;
  readonly isReplica: boolean;
}

async function readServer(client: pg.Client): Promise<LabServer> {
  const { rows } = await client.query<LabServer>(
    `select current_setting('server_version_num')::int as "versionNumber",
            current_setting('server_version') as version,
            current_database()::text as database,
            pg_postmaster_start_time() as "startedAt",
            pg_is_in_recovery() as "isReplica"`,
  );
  const [server] = rows;
  if (server === undefined) throw new Error("the server told nothing of itself");
  return server;
}

/**
 * The same place, or a server that was started at the same moment: a clone made of files shares
 * the system identifier with its original, so that cannot tell them apart.
 */
function isWatched(client: pg.Client, server: LabServer, { server: watched }: Snapshot): boolean {
  if (server.database !== watched.database) return false;
  const isSamePlace = client.host === watched.host && client.port === watched.port;
  return isSamePlace || server.startedAt.getTime() === Date.parse(watched.startedAt);
}

function refuseUnfitServer(server: LabServer, address: string): void {
  if (server.versionNumber < OLDEST_VERSION) {
    const happened = `it is PostgreSQL ${server.version}`;
    throw labUnfit(address, happened, "name a server of version 14 or newer");
  }
  if (server.isReplica) {
    throw labUnfit(
      address,
      "it is a replica, where no index can be built",
      "promote it, or name another",
    );
  }
}

interface LabTable {
  readonly name: string;
  readonly rows: number;
  readonly share: number;
  readonly isOwner: boolean;
}

const FIND_TABLE = `
  select pg_has_role(root.relowner, 'usage') as "isOwner",
         sum(greatest(part.reltuples, 0))::float8 as rows,
         sum(pg_relation_size(part.oid))::float8 as bytes,
         bool_or(part.reltuples < 0) as "neverAnalysed"
    from pg_class as root
    left join lateral pg_partition_tree(root.oid) as leaf on leaf.isleaf
    join pg_class as part on part.oid = coalesce(leaf.relid, root.oid)
   where root.oid = to_regclass($1)
   group by root.oid, root.relowner`;

interface FoundRow {
  readonly isOwner: boolean;
  readonly rows: number;
  readonly bytes: number;
  readonly neverAnalysed: boolean;
}

async function findTables(
  client: pg.Client,
  families: readonly TableFamily[],
): Promise<{ readonly present: readonly LabTable[]; readonly skipped: readonly SkippedPart[] }> {
  const present: LabTable[] = [];
  const skipped: SkippedPart[] = [];
  for (const family of families) {
    const name = qualify(family.root);
    const { rows } = await client.query<FoundRow>(FIND_TABLE, [name]);
    const [found] = rows;
    if (found === undefined) {
      skipped.push({ object: `table ${name}`, reason: "the lab does not have it" });
      continue;
    }
    if (found.neverAnalysed) {
      skipped.push({
        object: `statistics of ${name}`,
        reason: "the lab never analysed it, so its plans may differ; run ANALYZE there",
      });
    }
    const bySize = (found.bytes / Math.max(1, family.sizeBytes)) * family.rows;
    const count = Math.round(found.neverAnalysed ? bySize : found.rows);
    const share = family.rows === 0 ? 1 : Math.min(1, count / family.rows);
    present.push({ name, rows: count, share, isOwner: found.isOwner });
  }
  return { present, skipped };
}

function refuseForeignTables(tables: readonly LabTable[]): void {
  const foreign = tables.find(({ isOwner }) => !isOwner);
  if (foreign === undefined) return;
  throw labNotPermitted(
    `CREATE INDEX on ${foreign.name}`,
    new Error("the user does not own the table"),
  );
}

function describe(address: string, server: LabServer, tables: readonly LabTable[]): LabDescription {
  return {
    kind: "named",
    address,
    serverVersion: server.version,
    tables: tables.map(({ name, rows, share }) => ({ table: name, rows, share })),
  };
}
