import type { PostgresQueries } from "./client.ts";
import { statementFailed } from "./errors.ts";
import { indexedName, quotedIdentifier } from "./names.ts";
import { checkSchema, DEFAULT_SCHEMA } from "./options.ts";
import { bumpStatement } from "./statements/invalidate.ts";

/**
 * Invalidates tags in the durable tier as part of the caller's own transaction: data and invalidation are
 * committed or rolled back together, so the durable tier cannot be stale even if this process dies right
 * after the commit. It locks nothing that others wait for, and works in savepoints and prepared transactions.
 *
 * It tells the durable tier alone. Memory, Redis and the edge hear of it only when `cache.invalidate` is called with the same
 * tags after the commit: by this process, or by whoever follows an outbox or change feed if it died before.
 *
 * @param client in an open transaction, on the database that holds the tier's tables, which must have been made
 * @param tags as the cache writes them: the caller's own, `@namespace`, or `#namespace:id`
 * @throws StreamGateError `SG_CACHE_POSTGRES_…` as the tier's calls; the transaction is then aborted
 * @see https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT
 * @example
 * ```ts
 * import { invalidateInTransaction } from "@streamgate/cache/postgres";
 * import pg from "pg";
 * const client = new pg.Client("postgresql://localhost/app");
 * await client.connect();
 * await client.query("begin");
 * await client.query("update content set title = $1 where id = $2", ["New", 7]);
 * await invalidateInTransaction(client, ["#classification:7"]);
 * await client.query("commit");
 * ```
 */
export async function invalidateInTransaction(
  client: PostgresQueries,
  tags: readonly string[],
  { schema = DEFAULT_SCHEMA }: { readonly schema?: string } = {},
): Promise<void> {
  checkSchema(schema);
  const text = bumpStatement(quotedIdentifier(schema));
  await client.query({ text, values: [tags.map(indexedName)] }).catch((cause: unknown) => {
    throw statementFailed("invalidate in a transaction", cause);
  });
}
