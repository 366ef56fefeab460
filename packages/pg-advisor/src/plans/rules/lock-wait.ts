import type { WeighedNode, WeighedPlan } from "../costs/weighed-plan.ts";
import type { PlanProblem, RuleInput } from "./rule.ts";
import { amount, percent, tablesBelow } from "./wording.ts";

const LEAST_MS = 100;
const LEAST_MS_A_ROW = 20;
const LEAST_SHARE = 0.5;

/** Locking or writing few rows took so long that another transaction must have held them. */
export function lockWait({ weighed }: RuleInput): readonly PlanProblem[] {
  return weighed.nodes.flatMap((at) => {
    if (at.node.nodeType !== "LockRows" && at.node.nodeType !== "ModifyTable") return [];
    const waitedMs = waitOf(at, weighed);
    const rows = Math.max(1, at.rows, ...at.children.map((child) => child.rows));
    const share = waitedMs / Math.max(1, weighed.totalMs ?? 1);
    if (waitedMs < LEAST_MS || waitedMs / rows < LEAST_MS_A_ROW || share < LEAST_SHARE) return [];
    const tables = tablesBelow(at).join(", ");
    return [
      {
        kind: "plan/lock-wait",
        at,
        object: tables,
        severity: "high",
        summary: `${at.node.nodeType === "LockRows" ? "locking" : "writing"} ${amount(rows)} ${rows === 1 ? "row" : "rows"} of ${tables} took ${amount(waitedMs)} ms (${percent(share)}): it waited for another transaction`,
        figures: [
          { name: "time of the node alone", value: waitedMs, unit: "ms" },
          { name: "rows", value: rows, unit: "rows" },
        ],
        remedy:
          "find who holds the rows (pg_blocking_pids) and make that transaction shorter; take rows in one order, or with SKIP LOCKED or NOWAIT where that is what is meant; set lock_timeout",
      },
    ];
  });
}

/** Without what triggers and reading or writing blocks took. */
function waitOf(at: WeighedNode, { plan }: WeighedPlan): number {
  const triggersMs = plan.triggers.reduce((sum, trigger) => sum + (trigger.timeMs ?? 0), 0);
  return Math.max(0, (at.exclusiveMs ?? 0) - triggersMs - (at.node.ioMs ?? 0));
}
