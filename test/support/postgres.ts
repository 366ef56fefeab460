import { chmod, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Cluster, startCluster } from "@streamgate/pg-advisor";
import pg from "pg";

export type PostgresMajor = 14 | 15 | 16 | 17 | 18;

/** A real PostgreSQL of one test file's own. */
export interface TestPostgres {
  readonly cluster: Cluster;
  url(database?: string): string;
  /** Runs one or more statements as the superuser and returns the rows of the last. */
  query<Row extends Record<string, unknown> = Record<string, unknown>>(
    sql: string,
    values?: readonly unknown[],
    database?: string,
  ): Promise<Row[]>;
  /** A new empty database; its URL. */
  createDatabase(name: string): Promise<string>;
  stop(): Promise<void>;
}

export interface TestPostgresOptions {
  /** @default 18 */
  readonly major?: PostgresMajor;
  /** The programs of another one, in the shape of an npm package. @default those of `major` */
  readonly packageName?: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** Preload pg_stat_statements and create it in `postgres` and template1. @default true */
  readonly hasStatementCounters?: boolean;
}

function packageOf(
  packageName: string | undefined,
  major: PostgresMajor,
): Partial<Record<"packageName", string>> {
  if (packageName !== undefined) return { packageName };
  return major === 18
    ? {}
    : { packageName: `postgresql-${major}-${process.platform}-${process.arch}` };
}

/** Starts a PostgreSQL in a folder of its own below the system's temporary folder. */
export async function startTestPostgres(options: TestPostgresOptions = {}): Promise<TestPostgres> {
  const { major = 18, hasStatementCounters = true } = options;
  const folder = await mkdtemp(join("/tmp", "streamgate-test-"));
  await chmod(folder, 0o755);
  const removeFolder = () => rm(folder, { recursive: true, force: true });
  const cluster = await startCluster({
    folder: join(folder, "cluster"),
    sharedFolder: join("/tmp", "streamgate-test-shared"),
    settings: {
      ...(hasStatementCounters ? { shared_preload_libraries: "pg_stat_statements" } : {}),
      ...options.settings,
    },
    ...packageOf(options.packageName, major),
  }).catch(async (error: unknown) => {
    await removeFolder();
    throw error;
  });
  const stop = async () => {
    try {
      await cluster.stop();
    } finally {
      await removeFolder();
    }
  };
  const query = async <Row extends Record<string, unknown>>(
    sql: string,
    values?: readonly unknown[],
    database = "postgres",
  ): Promise<Row[]> => {
    const client = new pg.Client({ connectionString: cluster.url(database) });
    await client.connect();
    try {
      const result = (await client.query<Row>(
        sql,
        values === undefined ? undefined : [...values],
      )) as pg.QueryResult<Row> | pg.QueryResult<Row>[];
      const last = Array.isArray(result) ? result.at(-1) : result;
      return last?.rows ?? [];
    } finally {
      await client.end();
    }
  };
  if (hasStatementCounters) {
    try {
      await query("create extension pg_stat_statements");
      await query("create extension pg_stat_statements", undefined, "template1");
    } catch (error) {
      await stop();
      throw error;
    }
  }
  return {
    cluster,
    url: (database) => cluster.url(database),
    query,
    createDatabase: async (name) => {
      await query(`create database ${pg.escapeIdentifier(name)}`);
      return cluster.url(name);
    },
    stop,
  };
}
