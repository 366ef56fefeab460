import type { WeighedNode } from "../costs/weighed-plan.ts";
import type { PlanFacts } from "./plan-facts.ts";
import { type PlanProblem, type RuleInput, severityOfShare } from "./rule.ts";
import { amount, memorySetting, percent, tableOf } from "./wording.ts";

const LEAST_BLOCKS = 50;
const LEAST_PART = 0.1;
/** A page in a bitmap: 48 bytes and two pointers of its hash table (tbm_calculate_entries, tidbitmap.c). */
const BYTES_A_PAGE = 64;

/** A bitmap had no memory to name rows, and named whole pages, whose rows had all to be checked again. */
export function lossyBitmap({ weighed, facts }: RuleInput): readonly PlanProblem[] {
  return weighed.nodes.flatMap((at) => {
    const { bitmap, removed } = at.node;
    if (bitmap === null || isOfBlockRanges(at, facts)) return [];
    const { exactBlocks, lossyBlocks } = bitmap;
    const part = lossyBlocks / (exactBlocks + lossyBlocks);
    if (lossyBlocks < LEAST_BLOCKS || part < LEAST_PART) return [];
    const needed = (exactBlocks + lossyBlocks) * BYTES_A_PAGE;
    return [
      {
        kind: "plan/lossy-bitmap",
        at,
        severity: severityOfShare(at.share * part),
        summary: `the bitmap of ${tableOf(at.node)} had no room for rows: ${amount(lossyBlocks)} pages (${percent(part)}) were checked row by row`,
        figures: [
          { name: "lossy pages", value: lossyBlocks, unit: "blocks" },
          {
            name: "rows removed by the recheck",
            value: removed.byIndexRecheck * at.loops,
            unit: "rows",
          },
          { name: "work_mem that it needs", value: needed, unit: "bytes", isEstimated: true },
        ],
        remedy: `SET LOCAL work_mem = '${memorySetting(needed)}' in this statement's own transaction`,
      },
    ];
  });
}

/** A BRIN index names nothing but ranges of pages: its bitmap is lossy by design. */
function isOfBlockRanges(at: WeighedNode, facts: PlanFacts): boolean {
  const scans = at.children.filter(({ node }) => node.index !== null);
  const known = scans
    .map(({ node }) => facts.indexOf(node)?.method)
    .filter((one) => one !== undefined);
  if (known.length > 0) return known.includes("brin");
  return at.node.bitmap?.exactBlocks === 0;
}
