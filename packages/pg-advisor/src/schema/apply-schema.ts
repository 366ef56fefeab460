import { messageOf } from "@streamgate/core";
import { rowsOf, type SqlClient } from "../snapshot/sql-client.ts";
import type { SchemaScript, SchemaStatement, SkippedObject } from "./schema-script.ts";

export interface ApplyOptions {
  /** Statements in one round trip and one transaction. @default 100 */
  readonly batchSize?: number;
  /** Checked between batches. */
  readonly signal?: AbortSignal;
  /** Called after each batch. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

const APPLY_DEFAULTS: { readonly batchSize: number } = { batchSize: 100 };

interface Failure {
  readonly statement: SchemaStatement;
  readonly reason: string;
}

/**
 * Runs a script as far as it goes. A statement that fails does not stop the rest: it is tried again
 * after the next stage, as it may need what that makes, and at the end it is named with its reason.
 *
 * @param client a connection outside of any transaction, of a role that may create all of it
 * @throws the error of `pg` where the connection or the server failed, and not a statement
 * @returns what could not be made, after what was skipped when the script was rendered
 */
export async function applySchema(
  client: SqlClient,
  script: SchemaScript,
  options: ApplyOptions = {},
): Promise<{ readonly skipped: readonly SkippedObject[] }> {
  const { batchSize, signal, onProgress } = { ...APPLY_DEFAULTS, ...options };
  const total = script.stages.reduce((sum, stage) => sum + stage.statements.length, 0);
  let done = 0;
  let failures: readonly Failure[] = [];
  const restore = await prepareSession(client);
  try {
    for (const { statements } of script.stages) {
      const failedNow: Failure[] = [];
      for (const batch of batchesOf(statements, batchSize)) {
        signal?.throwIfAborted();
        failedNow.push(...(await runBatch(client, batch)));
        done += batch.length;
        onProgress?.({ done, total });
      }
      failures = [...(await retry(client, failures, signal)), ...failedNow];
    }
    failures = await retry(client, failures, signal);
  } finally {
    await restore().catch(() => undefined);
  }
  const unmade = failures.map(({ statement, reason }) => ({ object: statement.object, reason }));
  return { skipped: [...script.skipped, ...unmade] };
}

/** All of a batch, or by halves down to the statements that fail. */
async function runBatch(
  client: SqlClient,
  batch: readonly SchemaStatement[],
): Promise<readonly Failure[]> {
  try {
    // Several statements in one query are one transaction.
    await client.query(batch.map((statement) => statement.sql).join(";\n"));
    return [];
  } catch (error) {
    if (!isOwnFault(error)) throw error;
    const [statement] = batch;
    if (statement === undefined) return [];
    if (batch.length === 1) return [{ statement, reason: messageOf(error) }];
    const middle = Math.ceil(batch.length / 2);
    return [
      ...(await runBatch(client, batch.slice(0, middle))),
      ...(await runBatch(client, batch.slice(middle))),
    ];
  }
}

/** SQLSTATEs of a server or connection in trouble: lost, stopping, full or corrupt. */
const TROUBLE = /^(08|53100|53300|57P|F0|XX00[12])/;

function isOwnFault(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) && !TROUBLE.test(code);
}

/** One by one, again and again while that gets further. */
async function retry(
  client: SqlClient,
  failures: readonly Failure[],
  signal: AbortSignal | undefined,
): Promise<readonly Failure[]> {
  const remaining: Failure[] = [];
  for (const { statement } of failures) {
    signal?.throwIfAborted();
    remaining.push(...(await runBatch(client, [statement])));
  }
  const hasProgress = remaining.length > 0 && remaining.length < failures.length;
  return hasProgress ? retry(client, remaining, signal) : remaining;
}

function* batchesOf<Item>(items: readonly Item[], size: number): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}

/** Names in the script are qualified, and bodies of functions may name what comes later. */
const SESSION_SETTINGS = {
  search_path: "",
  check_function_bodies: "off",
  client_min_messages: "error",
  statement_timeout: "0",
} as const;

async function prepareSession(client: SqlClient): Promise<() => Promise<void>> {
  const names = Object.keys(SESSION_SETTINGS);
  const before = await rowsOf<{ readonly name: string; readonly value: string }>(
    client,
    "select name, current_setting(name) as value from unnest($1::text[]) as name",
    [names],
  );
  for (const [name, value] of Object.entries(SESSION_SETTINGS)) await set(client, name, value);
  return async () => {
    for (const { name, value } of before) await set(client, name, value);
  };
}

async function set(client: SqlClient, name: string, value: string): Promise<void> {
  await client.query("select set_config($1, $2, false)", [name, value]);
}
