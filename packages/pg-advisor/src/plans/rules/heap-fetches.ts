import { type PlanProblem, type RuleInput, severityOfShare } from "./rule.ts";
import { amount, percent, tableOf } from "./wording.ts";

const LEAST_FETCHES = 500;
const LEAST_PART = 0.1;
const LEAST_SHARE = 0.05;

/** An index-only scan had to look into the table, because the visibility map does not vouch for its pages. */
export function heapFetches({ weighed }: RuleInput): readonly PlanProblem[] {
  return weighed.nodes.flatMap((at) => {
    const fetches = at.node.heapFetches ?? 0;
    const read = at.rows + (at.node.removed.byFilter + at.node.removed.byIndexRecheck) * at.loops;
    const part = Math.min(1, fetches / Math.max(1, read));
    if (fetches < LEAST_FETCHES || part < LEAST_PART || at.share < LEAST_SHARE) return [];
    const table = tableOf(at.node);
    return [
      {
        kind: "plan/heap-fetches",
        at,
        severity: severityOfShare(at.share * part),
        summary: `the index-only scan of ${at.node.index ?? table} looked ${amount(fetches)} rows up in the table (${percent(part)})`,
        figures: [
          { name: "heap fetches", value: fetches, unit: "rows" },
          { name: "share of the rows", value: part, unit: "ratio" },
        ],
        remedy: `VACUUM ${table}, and let autovacuum do it sooner: ALTER TABLE ${table} SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02)`,
      },
    ];
  });
}
