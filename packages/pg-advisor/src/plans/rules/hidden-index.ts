import { hiddenTerm } from "./hidden-term.ts";
import { expectsToThrowAway, removedBy, throwsMostAway } from "./rows-filtered.ts";
import { type PlanProblem, type RuleInput, severityOfShare } from "./rule.ts";
import { amount, nodeName, percent, tableOf } from "./wording.ts";

const SCANS: ReadonlySet<string> = new Set(["Seq Scan", "Index Scan", "Bitmap Heap Scan"]);

/** Of an expression the planner takes one row in 200 for equal, whatever is in the table: less than that is no scan of much. */
const LEAST_COST_A_ROW = 2;

/** A cast or function around a column keeps a plain index on it from being searched. */
export function hiddenIndex({ weighed, facts }: RuleInput): readonly PlanProblem[] {
  return weighed.nodes.flatMap((at) => {
    if (!SCANS.has(at.node.nodeType)) return [];
    const hidden = hiddenTerm(at, facts);
    if (hidden === null) return [];
    const hasRun = at.node.actual !== null;
    if (!(hasRun ? throwsMostAway(at) : expectsToThrowAway(at, facts, LEAST_COST_A_ROW))) return [];
    const { column, by, with: what } = hidden.wrapped;
    const removed = removedBy(at);
    const name = {
      cast: `the cast to ${what}`,
      function: `the function ${what}()`,
      arithmetic: `the ${what}`,
    }[by];
    return [
      {
        kind: "plan/hidden-index",
        at,
        severity: severityOfShare(at.share),
        summary: `${name} around ${column} keeps ${nodeName(at.node)} from using an index on it${hasRun ? `; ${percent(removed / Math.max(1, removed + at.rows))} of the rows were read in vain` : ""}`,
        figures: hasRun
          ? [
              { name: "rows removed by the filter", value: removed, unit: "rows" },
              { name: "share of the statement", value: at.share, unit: "ratio" },
            ]
          : [{ name: "expected rows", value: at.node.rows, unit: "rows" }],
        remedy: remedyOf(by, what, column, tableOf(at.node), amount(at.node.rows)),
      },
    ];
  });
}

function remedyOf(by: string, what: string, column: string, table: string, rows: string): string {
  const index = `CREATE INDEX ON ${table} (the same expression)`;
  if (by === "cast")
    return `compare ${column} with a value of its own type, or with a range (from ≤ ${column} < to) where the cast cuts it; else ${index}, for about ${rows} rows`;
  if (by === "arithmetic")
    return `move the arithmetic with ${what} to the other side, so that ${column} stands alone; else ${index}`;
  return /^(?:date_trunc|extract|date_part|date|to_char)$/.test(what)
    ? `ask for a range of ${column} in place of ${what}(); else ${index}`
    : `${index}, or keep the column as it is asked for`;
}
