import type { RewriteCatalogue } from "./catalogue/catalogue.ts";
import type { Rewriting, RuleRefusal } from "./search/expand.ts";
import { type SearchOptions, searchRewrites } from "./search/search-rewrites.ts";

/** What a planner thinks that statements cost; null for one that it would not plan. */
export type CostOf = (texts: readonly string[]) => Promise<readonly (number | null)[]>;

/** A rewriting with what the planner thinks of it. All its figures are estimated. */
export interface RewriteProposal extends Rewriting {
  readonly costBefore: number;
  readonly costAfter: number;
}

export interface Proposals {
  /** Cheapest first; each costs less than the original by the least gain. */
  readonly proposals: readonly RewriteProposal[];
  /** Rewritings that the planner does not call cheaper, and what rules must not do, each with its reason. */
  readonly declined: readonly DeclinedRewrite[];
}

export interface DeclinedRewrite {
  readonly rules: readonly string[];
  /** The rewritten statement, or the part that a rule was after; empty for the whole statement. */
  readonly part: string;
  readonly reason:
    | "statement not understood"
    | "precondition missing"
    | "not cheaper"
    | "cannot be planned"
    | "no rule applies";
  readonly because: string;
}

export interface ProposeOptions extends SearchOptions {
  /** Original cost ÷ rewritten cost below which a rewriting is not worth its while. @default 1.1 */
  readonly leastGain?: number;
}

const DEFAULT_LEAST_GAIN = 1.1;

/** Writes a statement otherwise by the rules and their combinations, and keeps what the planner calls cheaper. */
export async function proposeRewrites(
  text: string,
  catalogue: RewriteCatalogue,
  costOf: CostOf,
  options: ProposeOptions = {},
): Promise<Proposals> {
  const { leastGain = DEFAULT_LEAST_GAIN } = options;
  const search = searchRewrites(text, catalogue, options);
  if (search.outcome === "declined") {
    return { proposals: [], declined: [refusal("statement not understood", search.because)] };
  }
  const missing = search.refusals.map(ofRule);
  if (search.rewritings.length === 0) {
    const none =
      missing.length > 0
        ? missing
        : [refusal("no rule applies", "no rule finds anything to change")];
    return { proposals: [], declined: none };
  }
  const [costBefore, ...costs] = await costOf([text, ...search.rewritings.map((one) => one.text)]);
  if (costBefore === null || costBefore === undefined) {
    return {
      proposals: [],
      declined: [refusal("cannot be planned", "the planner refuses the statement as it is")],
    };
  }
  const proposals: RewriteProposal[] = [];
  const declined: DeclinedRewrite[] = [...missing];
  for (const [index, rewriting] of search.rewritings.entries()) {
    const costAfter = costs[index];
    const rules = rewriting.steps.map(({ rule }) => rule);
    if (costAfter === null || costAfter === undefined) {
      declined.push({
        rules,
        part: rewriting.text,
        reason: "cannot be planned",
        because: "the planner refuses it",
      });
    } else if (costBefore < costAfter * leastGain) {
      declined.push({
        rules,
        part: rewriting.text,
        reason: "not cheaper",
        because: `the planner's cost is ${costAfter.toFixed(0)} where it was ${costBefore.toFixed(0)} (estimated)`,
      });
    } else proposals.push({ ...rewriting, costBefore, costAfter });
  }
  // Of equal cost the one with fewer changes.
  proposals.sort(
    (one, other) => one.costAfter - other.costAfter || one.steps.length - other.steps.length,
  );
  return { proposals: withoutDetours(proposals), declined };
}

const ALIKE = 1.02;

/** Drops what another one reaches with fewer steps at about the same cost. */
function withoutDetours(proposals: readonly RewriteProposal[]): readonly RewriteProposal[] {
  return proposals.filter(
    (one) =>
      !proposals.some(
        (other) =>
          other.steps.length < one.steps.length && other.costAfter <= one.costAfter * ALIKE,
      ),
  );
}

function refusal(reason: DeclinedRewrite["reason"], because: string): DeclinedRewrite {
  return { rules: [], part: "", reason, because };
}

function ofRule({ rule, part, because }: RuleRefusal): DeclinedRewrite {
  return { rules: [rule], part, reason: "precondition missing", because };
}
