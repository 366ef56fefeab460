import type { StepOutcome } from "./application.ts";
import { indexConflict, relationMissing } from "./errors.ts";
import { isSameDefinition } from "./index-definition.ts";
import { type IndexState, readIndex, readRebuildLeftovers, readTable } from "./index-state.ts";
import type { Link } from "./link.ts";
import type { PlannedStep } from "./planned-step.ts";
import { quoteName, type SqlAction } from "./sql-action.ts";

/** How a step stands before it runs. */
export type StepState =
  | { readonly kind: "settled"; readonly outcome: StepOutcome }
  /** An invalid index is in the way, left by a build that did not end well. */
  | { readonly kind: "leftover"; readonly index: string }
  | { readonly kind: "being built"; readonly index: string; readonly pid: number }
  | {
      readonly kind: "ready";
      /** The SQL to run: the step's own, but for what a partitioned index refuses. */
      readonly sql: string;
      readonly isConcurrent: boolean;
      /** The table whose lock a concurrent statement needs, qualified and quoted. */
      readonly table: string | null;
    };

type CreateAction = Extract<SqlAction, { kind: "create index" }>;

const ALREADY_THERE: StepState = { kind: "settled", outcome: "already there" };

/**
 * Reads from the catalogue whether `step` has something to do.
 *
 * @param later the steps after it: a partition's index need not be dropped before its parent's
 * @throws StreamGateError `SG_PG_INDEX_CONFLICT`, `SG_PG_RELATION_MISSING`
 */
export async function inspectStep(
  link: Link,
  step: PlannedStep,
  later: readonly PlannedStep[],
): Promise<StepState> {
  const { action } = step;
  switch (action.kind) {
    case "create index":
      return inspectCreate(link, step, action);
    case "drop index":
      return inspectDrop(link, step, action, later);
    case "attach index":
      return inspectAttach(link, step, action);
    case "rebuild index":
      return inspectRebuild(link, step, action);
    case "other":
      return { kind: "ready", sql: step.sql, isConcurrent: false, table: null };
    case "nothing":
    case "unsupported":
      return ALREADY_THERE;
  }
}

async function inspectCreate(
  link: Link,
  step: PlannedStep,
  action: CreateAction,
): Promise<StepState> {
  const table = await readTable(link, quoteName(action.table));
  if (table === null) throw relationMissing(step.sql, quoteName(action.table));
  const index = await readIndex(link, { schema: table.schema, name: action.name });
  if (index === null) {
    return {
      kind: "ready",
      sql: step.sql,
      isConcurrent: action.isConcurrent,
      table: table.fullName,
    };
  }
  const isOnThisTable = index.tableOid === table.oid;
  if (isOnThisTable && index.builderPid !== null) {
    return { kind: "being built", index: index.fullName, pid: index.builderPid };
  }
  // The index of a partitioned table is invalid until all partitions' indexes are attached.
  const isBroken = index.kind === "index" && !index.isValid;
  if (isOnThisTable && isBroken) return { kind: "leftover", index: index.fullName };
  await refuseOther(link, step, action, index, table.oid);
  return ALREADY_THERE;
}

async function inspectDrop(
  link: Link,
  step: PlannedStep,
  action: Extract<SqlAction, { kind: "drop index" }>,
  later: readonly PlannedStep[],
): Promise<StepState> {
  const index = await readIndex(link, action.index);
  if (index === null) return ALREADY_THERE;
  if (index.parent !== null && (await isDroppedLater(link, index.parent, later))) {
    return { kind: "settled", outcome: "falls with its parent" };
  }
  const isWhole = index.isValid || index.kind !== "index";
  if (isWhole && step.undoAction.kind === "create index") {
    const table = await readTable(link, quoteName(step.undoAction.table));
    await refuseOther(link, step, step.undoAction, index, table?.oid ?? null);
  }
  const isPartitioned = index.kind === "partitioned index";
  return {
    kind: "ready",
    sql: isPartitioned ? `drop index if exists ${index.fullName}` : step.sql,
    isConcurrent: action.isConcurrent && !isPartitioned,
    table: index.table,
  };
}

async function isDroppedLater(
  link: Link,
  parent: string,
  later: readonly PlannedStep[],
): Promise<boolean> {
  for (const { action } of later) {
    if (action.kind !== "drop index") continue;
    const index = await readIndex(link, action.index);
    if (index?.fullName === parent) return true;
  }
  return false;
}

async function inspectAttach(
  link: Link,
  step: PlannedStep,
  action: Extract<SqlAction, { kind: "attach index" }>,
): Promise<StepState> {
  const child = await readIndex(link, action.child);
  const parent = await readIndex(link, action.parent);
  if (child !== null && child.parent !== null) {
    if (child.parent === parent?.fullName) return ALREADY_THERE;
    throw indexConflict(step.sql, child.fullName, `it is attached to ${child.parent}`);
  }
  return { kind: "ready", sql: step.sql, isConcurrent: false, table: null };
}

async function inspectRebuild(
  link: Link,
  step: PlannedStep,
  action: Extract<SqlAction, { kind: "rebuild index" }>,
): Promise<StepState> {
  const index = await readIndex(link, action.index);
  if (index === null) throw relationMissing(step.sql, quoteName(action.index));
  if (index.builderPid !== null) {
    return { kind: "being built", index: index.fullName, pid: index.builderPid };
  }
  const [leftover] = await readRebuildLeftovers(link, index);
  if (leftover !== undefined) return { kind: "leftover", index: leftover };
  return { kind: "ready", sql: step.sql, isConcurrent: action.isConcurrent, table: index.table };
}

async function refuseOther(
  link: Link,
  step: PlannedStep,
  wanted: CreateAction,
  found: IndexState,
  tableOid: number | null,
): Promise<void> {
  if (found.kind === "no index") {
    throw indexConflict(step.sql, found.fullName, "something that is not an index bears that name");
  }
  const isSame =
    found.tableOid === tableOid &&
    found.table !== null &&
    (await isSameDefinition(link, wanted.statement, found.table, found.definition));
  if (!isSame) throw indexConflict(step.sql, found.fullName, `it is: ${found.definition}`);
}
