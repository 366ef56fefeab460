import { StreamGateError } from "@streamgate/core";
import { parsePlan } from "../../plans/parse-plan.ts";
import type { PlanNode } from "../../plans/plan.ts";
import { type Connection, connect } from "../../snapshot/connect.ts";
import { type ResolvedReadOptions, resolveReadOptions } from "../../snapshot/options.ts";
import { marked } from "../../snapshot/own-mark.ts";
import { inTransaction } from "../../snapshot/read-transaction.ts";
import { rowsOf, type SqlClient } from "../../snapshot/sql-client.ts";
import { hypopgRefused } from "../errors.ts";
import { HYPOPG_DEFAULTS, type HypopgOptions } from "./hypopg-options.ts";

/** What can be asked within one transaction on the watched server. Each question fails for itself. */
export interface PlanningTransaction {
  rows<Row extends object>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Type names of `$1`, `$2`, …: the statement is analysed, and not planned. */
  parameterTypes(text: string): Promise<readonly string[]>;
  /** The plan of a text, its values in place. */
  explain(text: string): Promise<PlanNode>;
  /** The plan of a text for whatever values its placeholders have. */
  explainGenerically(text: string, parameterCount: number): Promise<PlanNode>;
}

const PREPARED = "streamgate_what_if";
const START = "streamgate_start";
const TYPES_OF_PREPARED = `
select array(select pg_catalog.format_type(parameter.type, -1)
             from pg_catalog.unnest(question.parameter_types) with ordinality as parameter (type, number)
             order by parameter.number) as types
from pg_catalog.pg_prepared_statements as question where question.name = '${PREPARED}'`;

/**
 * A connection to the watched server, opened when it is first asked. Every question is put in a transaction that cannot write and is rolled
 * back; statements are only analysed and planned, never executed.
 */
export class HypopgSession {
  readonly #connectionString: string;
  readonly #options: ResolvedReadOptions;
  #connection: Connection | null = null;

  constructor({ connectionString, context, ...limits }: HypopgOptions) {
    const { statementTimeoutMs, lockTimeoutMs } = { ...HYPOPG_DEFAULTS, ...limits };
    this.#connectionString = connectionString;
    this.#options = resolveReadOptions({
      statementTimeoutMs,
      lockTimeoutMs,
      signal: context.signal,
    });
  }

  /** Names mean what they mean to a session of this role, and texts are read as the parser reads them. */
  async inTransaction<Answer>(
    work: (transaction: PlanningTransaction) => Promise<Answer>,
  ): Promise<Answer> {
    this.#connection ??= await connect(this.#connectionString, this.#options);
    const client = marked(this.#connection.client);
    try {
      return await inTransaction(client, this.#options, async () => {
        await client.query("set local search_path to default");
        await client.query("set local standard_conforming_strings = on");
        await client.query(`savepoint ${START}`);
        return work(transactionOn(client));
      });
    } catch (error) {
      // Whatever it was, a new session begins with nothing in it.
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = null;
    await connection?.close();
  }
}

function transactionOn(client: SqlClient): PlanningTransaction {
  const attempt = <Answer>(work: () => Promise<Answer>): Promise<Answer> =>
    inSavepoint(client, work);
  const explain = async (sql: string): Promise<PlanNode> => {
    const [row] = await rowsOf<{ readonly "QUERY PLAN": unknown }>(
      client,
      `explain (verbose, format json) ${sql}`,
    );
    return parsePlan(row?.["QUERY PLAN"]);
  };
  return {
    rows: (sql, values) => attempt(() => rowsOf(client, sql, values)),
    parameterTypes: (text) =>
      attempt(() =>
        withPrepared(client, text, async () => {
          const [row] = await rowsOf<{ readonly types: readonly string[] }>(
            client,
            TYPES_OF_PREPARED,
          );
          return row?.types ?? [];
        }),
      ),
    explain: (text) => attempt(() => explain(text)),
    explainGenerically: (text, parameterCount) =>
      attempt(() =>
        withPrepared(client, text, async () => {
          await client.query("set local plan_cache_mode = force_generic_plan");
          const nulls = Array.from({ length: parameterCount }, () => "null").join(", ");
          return explain(`execute ${PREPARED}${parameterCount === 0 ? "" : `(${nulls})`}`);
        }),
      ),
  };
}

/** Rolled back to the start of the transaction: locks and settings go, and a failure leaves it usable. */
async function inSavepoint<Answer>(
  client: SqlClient,
  work: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof StreamGateError ? error : hypopgRefused(error);
  } finally {
    await client.query(`rollback to savepoint ${START}`);
  }
}

/** What is prepared outlasts a rollback, so it is deallocated here: the connection may be a pooler's. */
async function withPrepared<Answer>(
  client: SqlClient,
  text: string,
  work: () => Promise<Answer>,
): Promise<Answer> {
  await client.query(`prepare ${PREPARED} as ${text}`);
  try {
    return await work();
  } catch (error) {
    await client.query(`rollback to savepoint ${START}`);
    throw error;
  } finally {
    await client.query(`deallocate ${PREPARED}`);
  }
}
