import type { Node } from "@pgsql/types";
import { parseSql } from "../../workload/text/parser.ts";
import { analyse } from "../analysis/analyse.ts";
import { openChoiceOf } from "../analysis/open-choice.ts";
import type { RewriteCatalogue } from "../catalogue/catalogue.ts";
import { REWRITE_RULES } from "../rules/all-rules.ts";
import type { Rule } from "../rules/rule.ts";
import { deparseFaithfully } from "../tree/deparse.ts";
import { expand, type RewriteStep, type Rewriting, type RuleRefusal } from "./expand.ts";

/** How far combinations of rules are followed. */
export interface SearchOptions {
  /** Steps one after another. @default 4 */
  readonly maxSteps?: number;
  /** Statements in all. @default 60 */
  readonly maxRewritings?: number;
  /** @default all */
  readonly rules?: readonly Rule[];
}

const DEFAULTS = { maxSteps: 4, maxRewritings: 60 } as const;

export type SearchOutcome =
  | {
      readonly outcome: "searched";
      /** Fewest steps first. */
      readonly rewritings: readonly Rewriting[];
      readonly refusals: readonly RuleRefusal[];
      /** Whether nothing was left out for the bound's sake. */
      readonly isComplete: boolean;
    }
  | { readonly outcome: "declined"; readonly because: string };

/**
 * All that the rules make of a statement, breadth first, each text once. Pure: nothing is asked of any server, so what is cheaper is not
 * known yet.
 *
 * @param text one SELECT, with or without `$n`
 * @returns declined where the statement is not understood whole, or where it leaves its own result open
 * @example
 * ```ts
 * import { readCatalogue, type Snapshot, searchRewrites } from "@streamgate/pg-advisor";
 * const saidOtherwise = (text: string, snapshot: Snapshot) => {
 *   const search = searchRewrites(text, readCatalogue(snapshot));
 *   return search.outcome === "declined" ? search.because : search.rewritings.map((one) => one.text);
 * };
 * ```
 */
export function searchRewrites(
  text: string,
  catalogue: RewriteCatalogue,
  options: SearchOptions = {},
): SearchOutcome {
  const { maxSteps, maxRewritings, rules } = { ...DEFAULTS, rules: REWRITE_RULES, ...options };
  const parsed = parseSql(text);
  if (parsed.outcome === "failed") {
    return { outcome: "declined", because: `it does not parse: ${parsed.message}` };
  }
  const [only, another] = parsed.statements;
  if (only === undefined || another !== undefined) {
    return {
      outcome: "declined",
      because: `it holds ${parsed.statements.length} statements, not one`,
    };
  }
  const { node } = only;
  if (deparseFaithfully(node) === null) {
    return { outcome: "declined", because: "it cannot be written out again as it was read" };
  }
  const first = analyse(node, catalogue);
  if (first.outcome === "declined") return first;
  const choice = openChoiceOf(first.analysis);
  if (choice !== null) return { outcome: "declined", because: choice };
  const seen = new Set([deparseFaithfully(first.analysis.tree), deparseFaithfully(node)]);
  const found: Rewriting[] = [];
  const refusals = new Map<string, RuleRefusal>();
  let frontier: readonly { readonly tree: Node; readonly steps: readonly RewriteStep[] }[] = [
    { tree: first.analysis.tree, steps: [] },
  ];
  let isComplete = true;
  for (let step = 0; step < maxSteps && frontier.length > 0; step += 1) {
    const next: Rewriting[] = [];
    for (const { tree, steps } of frontier) {
      const read = analyse(tree, catalogue);
      if (read.outcome === "declined") continue;
      const expansion = expand(read.analysis, steps, rules, catalogue);
      if (step === 0) {
        for (const refusal of expansion.refusals) refusals.set(JSON.stringify(refusal), refusal);
      }
      for (const rewriting of expansion.rewritings) {
        if (seen.has(rewriting.text)) continue;
        if (found.length >= maxRewritings) {
          isComplete = false;
          break;
        }
        seen.add(rewriting.text);
        found.push(rewriting);
        next.push(rewriting);
      }
    }
    frontier = next;
  }
  return { outcome: "searched", rewritings: found, refusals: [...refusals.values()], isComplete };
}
