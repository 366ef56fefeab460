import type { Fix, SettingStep, SqlStep } from "@streamgate/core";
import { quoteIdentifier } from "../schema/identifiers.ts";
import { fixNotProvable } from "./errors.ts";

/** The database without the fix, and with it. */
export type Version = "before" | "after";

/**
 * How a lab is switched between its two versions. What is slow to make and quick to drop stands
 * on the lab during the proof, and is dropped in a transaction that is rolled back to see the
 * lab without it; what the fix drops, or cannot take back, is done in such a transaction.
 */
export interface Toggle {
  /** Run once, in this order, before anything is measured; reverted in the opposite order. */
  readonly stand: readonly StandingStep[];
  /** Run inside a transaction to see the version; its rollback leaves it. */
  readonly enter: Readonly<Record<Version, readonly string[]>>;
}

interface StandingStep {
  readonly apply: string;
  /** Null where the revert of another step takes this one with it. */
  readonly revert: string | null;
}

const DROP_INDEX = /^\s*drop\s+index\b/i;
const ATTACH_INDEX = /^\s*alter\s+index\b[\s\S]*\battach\s+partition\b/i;
const CONCURRENTLY =
  /^(\s*(?:create\s+(?:unique\s+)?index|drop\s+index|reindex\s+\w+))\s+concurrently\b/i;
const REINDEX_OPTION = /^(\s*reindex)\s*\(\s*concurrently\s*\)/i;

/** @throws StreamGateError `SG_PG_FIX_NOT_PROVABLE` */
export function planToggle(fix: Fix): Toggle {
  const stand: StandingStep[] = [];
  const reverts: string[] = [];
  const enterBefore: string[] = [];
  const enterAfter: string[] = [];
  for (const step of fix.steps) {
    // A step for the way back alone makes no difference between the versions.
    if (step.kind === "sql" && !isStatement(step.apply)) continue;
    if (step.kind === "setting") {
      enterBefore.push(setLocal(step, step.previousValue));
      enterAfter.push(setLocal(step, step.value));
    } else if (isStatement(step.revert) && !DROP_INDEX.test(step.apply)) {
      const revert = insideTransaction(step.revert);
      stand.push({ apply: step.apply, revert });
      reverts.unshift(revert);
    } else if (ATTACH_INDEX.test(step.apply)) {
      stand.push({ apply: step.apply, revert: null });
    } else if (canBeRolledBack(step)) {
      enterAfter.push(insideTransaction(step.apply));
    } else {
      throw fixNotProvable(
        fix.summary,
        `it can neither be taken back nor rolled back: ${step.apply}`,
      );
    }
  }
  enterBefore.push(...reverts);
  if (enterBefore.length + enterAfter.length === 0) {
    throw fixNotProvable(fix.summary, "no step of it can be taken back");
  }
  return { stand, enter: { before: enterBefore, after: enterAfter } };
}

/** CONCURRENTLY is refused inside a transaction; on a lab its slower sister does the same. */
export function insideTransaction(sql: string): string {
  return sql.replace(CONCURRENTLY, "$1").replace(REINDEX_OPTION, "$1");
}

function canBeRolledBack(step: SqlStep): boolean {
  return step.isTransactional || insideTransaction(step.apply) !== step.apply;
}

/** Whether there is more than white space and comments. */
function isStatement(sql: string): boolean {
  return (
    sql
      .replace(/--[^\n]*|\/\*[\s\S]*?\*\//g, "")
      .replace(/;/g, "")
      .trim() !== ""
  );
}

function setLocal(step: SettingStep, value: string): string {
  const name = step.name.split(".").map(quoteIdentifier).join(".");
  return `set local ${name} = '${value.replaceAll("'", "''")}'`;
}
