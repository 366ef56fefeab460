import pg from "pg";

/** The little of a database that the queries need: text and values in, rows out. */
export interface Database {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/** A database that can also do several statements as one. */
export interface TransactionalDatabase extends Database {
  /** Commits when `work` resolves, rolls back when it rejects. */
  transaction<Result>(work: (database: Database) => Promise<Result>): Promise<Result>;
}

export interface PoolOptions {
  readonly databaseUrl: string;
  /** Connections at the most. */
  readonly poolSize: number;
  /** After this time the server itself ends a statement. */
  readonly statementTimeoutMs: number;
}

export interface DatabasePool extends TransactionalDatabase {
  close(): Promise<void>;
}

/** A caller waits this long for a free connection of the pool, or for a new one. */
const CONNECTION_WAIT_MS = 10_000;

/** Object ids of pg_type. */
const INT8 = 20;
const INT8_ARRAY = 1016;

/** Identities and counts stay far below 2^53, so a bigint is read as a number. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => {
    if (format === "binary") return pg.types.getTypeParser(oid, format);
    if (Number(oid) === INT8) return Number;
    if (Number(oid) === INT8_ARRAY) return readNumbers;
    return pg.types.getTypeParser(oid, "text");
  },
};

/** `{1,2,3}`, an array without nulls. */
function readNumbers(text: string): readonly number[] {
  return text === "{}" ? [] : text.slice(1, -1).split(",").map(Number);
}

export function openDatabase(options: PoolOptions): DatabasePool {
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    max: options.poolSize,
    statement_timeout: options.statementTimeoutMs,
    connectionTimeoutMillis: CONNECTION_WAIT_MS,
    application_name: "streamgate-media",
    types,
  });
  // An idle connection that breaks is replaced at the next query, which then has the error to report.
  pool.on("error", () => undefined);
  return {
    ...queriesOf(pool),
    transaction: (work) => inTransaction(pool, work),
    close: () => pool.end(),
  };
}

function queriesOf(client: Pick<pg.Pool | pg.PoolClient, "query">): Database {
  return {
    query: async <Row extends object>(text: string, values: readonly unknown[] = []) => {
      const result = await client.query<Row>(text, [...values]);
      return result.rows;
    },
  };
}

async function inTransaction<Result>(
  pool: pg.Pool,
  work: (database: Database) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const result = await work(queriesOf(client));
    await client.query("commit");
    client.release();
    return result;
  } catch (error) {
    // What cannot be rolled back ends with its connection.
    await client.query("rollback").then(
      () => client.release(),
      () => client.release(true),
    );
    throw error;
  }
}
