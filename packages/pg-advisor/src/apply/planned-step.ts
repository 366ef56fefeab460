import type { Fix, SqlStep } from "@streamgate/core";
import { loadModule } from "libpg-query";
import { fixUnsupported } from "./errors.ts";
import { readSqlAction, type SqlAction } from "./sql-action.ts";

/** One SQL text to run, what it does, and what would undo it. */
export interface PlannedStep {
  readonly sql: string;
  readonly action: SqlAction;
  /** The other direction of the same step. */
  readonly undo: string;
  readonly undoAction: SqlAction;
}

/**
 * The steps of a fix in the order in which they are applied.
 *
 * @throws StreamGateError `SG_PG_FIX_UNSUPPORTED`
 */
export async function planApply(fix: Fix): Promise<readonly PlannedStep[]> {
  await loadModule();
  return fix.steps.map((step) => {
    if (step.kind === "setting") {
      throw fixUnsupported(
        fix.summary,
        `it changes the setting ${step.name}, and only SQL can be applied`,
      );
    }
    return planStep(fix, step);
  });
}

/** The steps that take a fix back, last first; a step that needs no undoing is left out. */
export async function planRevert(fix: Fix): Promise<readonly PlannedStep[]> {
  const steps = (await planApply(fix)).map(turned).reverse();
  return steps.filter(({ action }) => action.kind !== "nothing");
}

/** The same step, the other way. */
export function turned(step: PlannedStep): PlannedStep {
  return { sql: step.undo, action: step.undoAction, undo: step.sql, undoAction: step.action };
}

function planStep(fix: Fix, step: SqlStep): PlannedStep {
  return {
    sql: step.apply,
    action: readOrRefuse(fix, step.apply),
    undo: step.revert,
    undoAction: readOrRefuse(fix, step.revert),
  };
}

function readOrRefuse(fix: Fix, sql: string): SqlAction {
  let action: SqlAction;
  try {
    action = readSqlAction(sql);
  } catch (cause) {
    throw fixUnsupported(
      fix.summary,
      `PostgreSQL's parser cannot read ${JSON.stringify(sql)}`,
      cause,
    );
  }
  if (action.kind === "unsupported") throw fixUnsupported(fix.summary, `it has ${action.why}`);
  return action;
}
