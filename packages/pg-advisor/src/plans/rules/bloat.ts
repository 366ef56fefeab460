import type { WeighedNode } from "../costs/weighed-plan.ts";
import type { PlanFacts } from "./plan-facts.ts";
import { type PlanProblem, type RuleInput, severityOfShare } from "./rule.ts";
import { amount, percent, tableOf } from "./wording.ts";

const LEAST_PAGES = 100;
const LEAST_SHARE = 0.1;
const LEAST_EMPTY = 0.5;
/** A longer row moves its values out of line until about four fit on a page (TOAST_TUPLE_THRESHOLD). */
const LEAST_ROWS_A_PAGE = 2;
/** Header and line pointer of a row, header of a page (storage-page-layout). */
const ROW_BYTES = 28;
const PAGE_BYTES = 8_168;

/** A scan of a whole table read pages that are mostly empty. */
export function bloat({ weighed, facts }: RuleInput): readonly PlanProblem[] {
  return weighed.nodes.flatMap((at) => {
    if (at.node.nodeType !== "Seq Scan" || at.node.actual === null || at.mayStopEarly) return [];
    if (at.share < LEAST_SHARE || at.loops === 0) return [];
    const found = emptinessOf(at, facts);
    if (found === null) return [];
    const table = tableOf(at.node);
    return [
      {
        kind: "plan/bloat",
        at,
        severity: severityOfShare(at.share * found.empty),
        summary: `${table} is mostly empty pages: ${amount(found.pages)} pages were read for ${amount(found.rows)} rows, about ${percent(found.empty)} of them in vain`,
        figures: [
          { name: "pages a scan", value: found.pages, unit: "blocks" },
          { name: "rows a scan", value: found.rows, unit: "rows" },
          { name: "share of empty space", value: found.empty, unit: "ratio", isEstimated: true },
        ],
        remedy: `VACUUM ${table} so that the space is used again; VACUUM FULL (locks it) or pg_repack gives it back; find what keeps old rows (long transactions, autovacuum off)`,
      },
    ];
  });
}

interface Emptiness {
  readonly pages: number;
  readonly rows: number;
  readonly empty: number;
}

function emptinessOf(at: WeighedNode, facts: PlanFacts): Emptiness | null {
  const processes = Math.max(1, Math.min(at.processes, at.loops));
  const scans = at.loops / processes;
  const rows = (at.rows + at.node.removed.byFilter * at.loops) / scans;
  const counts = at.exclusiveBlocks;
  const counted = counts === null ? 0 : (counts.sharedHit + counts.sharedRead) / scans;
  const relation = facts.relationOf(at.node);
  const pages = relation === null ? counted : relation.sizeBytes / 8_192;
  if (pages < LEAST_PAGES) return null;
  const widthBytes = relation === null ? null : widthOf(at, facts);
  const rowsAPage =
    widthBytes === null
      ? LEAST_ROWS_A_PAGE
      : PAGE_BYTES / (Math.ceil(widthBytes / 8) * 8 + ROW_BYTES);
  const empty = 1 - rows / rowsAPage / pages;
  return empty >= LEAST_EMPTY ? { pages, rows, empty } : null;
}

/** A row's width by the statistics of all its columns; null where one has none. */
function widthOf(at: WeighedNode, facts: PlanFacts): number | null {
  const relation = facts.relationOf(at.node);
  if (relation === null) return null;
  const widths = facts.statisticsOf(relation).map(({ averageWidth }) => averageWidth);
  return widths.length < relation.columns.length ? null : widths.reduce((sum, one) => sum + one, 0);
}
