/**
 * The little that the tier needs of a PostgreSQL client; a `Pool` and a `Client` of the package `pg` fit. Every
 * statement stands alone: give a pool, or a client that is in no transaction.
 */
export interface PostgresQueries {
  query(statement: PostgresStatement): Promise<PostgresResult>;
}

/** One statement with its parameters; with a `name`, the server keeps it prepared for the connection. */
export interface PostgresStatement {
  name?: string;
  text: string;
  values?: unknown[];
}

export interface PostgresResult {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

/** SQLSTATE of a failure that the server reported; undefined for all others. */
export function sqlStateOf(thrown: unknown): string | undefined {
  if (typeof thrown !== "object" || thrown === null || !("code" in thrown)) return undefined;
  const { code } = thrown;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? code : undefined;
}

const SCHEMA_ABSENT = "3F000";
const TABLE_ABSENT = "42P01";

/** Whether a statement failed because its table or schema is not there. */
export function isTableAbsent(thrown: unknown): boolean {
  const state = sqlStateOf(thrown);
  return state === SCHEMA_ABSENT || state === TABLE_ABSENT;
}
