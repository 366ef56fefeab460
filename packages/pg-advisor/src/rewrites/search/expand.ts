import type { Node } from "@pgsql/types";
import { analyse } from "../analysis/analyse.ts";
import type { Analysis } from "../analysis/level.ts";
import { addsFloats } from "../analysis/open-choice.ts";
import type { RewriteCatalogue } from "../catalogue/catalogue.ts";
import type { Rule, RuleContext } from "../rules/rule.ts";
import { deparseFaithfully } from "../tree/deparse.ts";
import { replaceAt } from "../tree/path.ts";

/** One application of one rule. */
export interface RewriteStep {
  readonly rule: string;
  readonly note: string;
  readonly caveat?: string;
}

/** A statement that says the same otherwise. */
export interface Rewriting {
  readonly text: string;
  readonly tree: Node;
  /** In the order in which they were applied; at least one. */
  readonly steps: readonly RewriteStep[];
}

/** What a rule was after and must not do. */
export interface RuleRefusal {
  readonly rule: string;
  /** The part of the statement, as SQL; empty for the whole of it. */
  readonly part: string;
  readonly because: string;
}

export interface Expansion {
  readonly rewritings: readonly Rewriting[];
  readonly refusals: readonly RuleRefusal[];
}

const ROUNDING =
  "sums of floating-point numbers may differ in their last digits, as they may by themselves";

/** Everything that one rule can do to one understood statement, one step each. */
export function expand(
  analysis: Analysis,
  before: readonly RewriteStep[],
  rules: readonly Rule[],
  catalogue: RewriteCatalogue,
): Expansion {
  const rewritings: Rewriting[] = [];
  const refusals: RuleRefusal[] = [];
  const context = contextOf(analysis, catalogue);
  const rounding = addsFloats(analysis) ? ROUNDING : undefined;
  for (const rule of rules) {
    for (const level of analysis.levels) {
      for (const outcome of rule.apply(level, context)) {
        if (outcome.outcome === "refused") {
          const part = outcome.what === null ? "" : (textOf(outcome.what) ?? "");
          refusals.push({ rule: rule.name, part, because: outcome.because });
          continue;
        }
        const tree = replaceAt(analysis.tree, level.path, outcome.select);
        const text = deparseFaithfully(tree);
        const isUnderstood = analyse(tree, catalogue).outcome === "understood";
        if (text === null || !isUnderstood) {
          refusals.push({
            rule: rule.name,
            part: "",
            because: "the result could not be written out faithfully",
          });
          continue;
        }
        const { note } = outcome;
        const caveat = outcome.caveat ?? (before.length === 0 ? rounding : undefined);
        const step = { rule: rule.name, note, ...(caveat === undefined ? {} : { caveat }) };
        rewritings.push({ text, tree, steps: [...before, step] });
      }
    }
  }
  return { rewritings, refusals };
}

function contextOf(analysis: Analysis, catalogue: RewriteCatalogue): RuleContext {
  return {
    analysis,
    catalogue,
    freshAlias: (base) => {
      let alias = base;
      for (let number = 2; analysis.sources.has(alias); number += 1) alias = `${base}_${number}`;
      return alias;
    },
  };
}

/** An expression as SQL, by way of a SELECT that holds it. */
function textOf(node: Node): string | null {
  const text = deparseFaithfully({
    SelectStmt: {
      targetList: [{ ResTarget: { val: node } }],
      limitOption: "LIMIT_OPTION_DEFAULT",
      op: "SETOP_NONE",
    },
  });
  return text === null ? null : text.replace(/^SELECT\s+/, "").replace(/\s+/g, " ");
}
