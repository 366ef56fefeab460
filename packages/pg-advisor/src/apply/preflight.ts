import type { ApplyRun } from "./apply-run.ts";
import { notOwner, readOnlyServer, relationMissing } from "./errors.ts";
import { readIndex, readTable } from "./index-state.ts";
import { inspectStep } from "./inspect-step.ts";
import type { PlannedStep } from "./planned-step.ts";
import { quoteName } from "./sql-action.ts";

/**
 * Refuses, before anything is touched, what could not end well: a server that takes no writes, a
 * table that is not there or not ours, a name that another index bears.
 *
 * @throws StreamGateError `SG_PG_READ_ONLY`, `SG_PG_NOT_OWNER`, `SG_PG_RELATION_MISSING`, `SG_PG_INDEX_CONFLICT`
 */
export async function checkBeforehand(run: ApplyRun, steps: readonly PlannedStep[]): Promise<void> {
  await refuseReadOnly(run);
  for (const [position, step] of steps.entries()) {
    await refuseForeign(run, step);
    await inspectStep(run.worker, step, steps.slice(position + 1));
  }
}

async function refuseReadOnly(run: ApplyRun): Promise<void> {
  const [server] = await run.worker.query<{ isReplica: boolean; isReadOnly: boolean }>(
    `select pg_is_in_recovery() as "isReplica",
            current_setting('transaction_read_only')::bool as "isReadOnly"`,
  );
  if (server?.isReplica === true) throw readOnlyServer("it is a replica");
  if (server?.isReadOnly === true) {
    throw readOnlyServer("its transactions are read-only by default_transaction_read_only");
  }
}

async function refuseForeign(run: ApplyRun, step: PlannedStep): Promise<void> {
  const { action } = step;
  let name: string | null = null;
  if (action.kind === "create index") name = quoteName(action.table);
  if (action.kind === "drop index" || action.kind === "rebuild index") {
    name = (await readIndex(run.worker, action.index))?.table ?? null;
  }
  if (name === null) return;
  const table = await readTable(run.worker, name);
  if (table === null) throw relationMissing(step.sql, name);
  const mayCreate = action.kind !== "create index" || table.mayCreateInSchema;
  if (table.isOwner && mayCreate) return;
  const [self] = await run.worker.query<{ name: string }>("select current_user as name");
  throw notOwner({
    sql: step.sql,
    table: table.fullName,
    owner: table.owner,
    user: self?.name ?? "this user",
    lacks: table.isOwner ? `CREATE on the schema ${table.schema}` : "ownership of the table",
  });
}
