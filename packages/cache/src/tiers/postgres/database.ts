import { StreamGateError } from "@streamgate/core";
import { isTableAbsent, type PostgresResult, sqlStateOf } from "./client.ts";
import { postgresTierClosed, statementFailed } from "./errors.ts";
import { migrate } from "./migrations/migrate.ts";
import { quotedIdentifier } from "./names.ts";
import type { ResolvedPostgresTierOptions } from "./options.ts";
import { identityStatement, recogniseStatement } from "./statements/recognise.ts";

type Rows = PostgresResult["rows"];

/** A statement with the name that it has where statements are prepared. */
export interface NamedStatement {
  readonly name: string;
  /** Goes on: "tried to … in the PostgreSQL tier". */
  readonly tried: string;
  readonly text: string;
}

/**
 * Runs the statements of one tier: makes the tables at first use, gets to know a server that was
 * started or replaced, and says what failed.
 */
export class Database {
  readonly schema: string;
  private readonly options: ResolvedPostgresTierOptions;
  private ready: Promise<void> | undefined;
  private recognising: Promise<void> | undefined;
  private isClosed = false;

  constructor(options: ResolvedPostgresTierOptions) {
    this.options = options;
    this.schema = quotedIdentifier(options.schema);
  }

  close(): void {
    this.isClosed = true;
  }

  /** Makes or updates the tables, once; anew after a failure or where somebody dropped them. */
  migrate(): Promise<void> {
    this.ready ??= migrate(this.options).catch((error: unknown) => {
      this.ready = undefined;
      throw error instanceof StreamGateError ? error : statementFailed("migrate", error);
    });
    return this.ready;
  }

  /** The rows of a statement that needs not know which server it talks to. */
  async run(statement: NamedStatement, values: unknown[]): Promise<Rows> {
    if (this.isClosed) throw postgresTierClosed(statement.tried);
    await this.migrate();
    return this.send(statement, values);
  }

  /** The rows of a statement that gives none on a server that is not the one we know. */
  async runOnKnownServer(statement: NamedStatement, values: unknown[]): Promise<Rows> {
    const rows = await this.run(statement, values);
    if (rows.length > 0) return rows;
    await this.recognise();
    const again = await this.run(statement, values);
    if (again.length > 0) return again;
    throw statementFailed(statement.tried, new Error("the server was replaced at the same moment"));
  }

  private async send({ name, tried, text }: NamedStatement, values: unknown[]): Promise<Rows> {
    const { isPrepared, pool, schema } = this.options;
    const prepared = isPrepared ? { name: `streamgate ${schema} ${name}` } : {};
    try {
      const { rows } = await pool.query({ ...prepared, text, values });
      return rows;
    } catch (cause) {
      if (isTableAbsent(cause)) this.ready = undefined;
      throw statementFailed(tried, cause);
    }
  }

  /** Calls that meet an unknown server together get to know it together. */
  private recognise(): Promise<void> {
    this.recognising ??= this.recogniseOnce().finally(() => {
      this.recognising = undefined;
    });
    return this.recognising;
  }

  private async recogniseOnce(): Promise<void> {
    const server = await this.readIdentity();
    const text = recogniseStatement(this.schema);
    await this.send({ name: "recognise", tried: "get to know the server", text }, [server]);
  }

  /** Null where the server may not or cannot tell. */
  private async readIdentity(): Promise<string | null> {
    const text = identityStatement(this.options.failover === "keep");
    try {
      const { rows } = await this.options.pool.query({ text });
      return String(rows[0]?.server);
    } catch (error) {
      if (sqlStateOf(error) !== undefined) return null;
      throw statementFailed("get to know the server", error);
    }
  }
}
