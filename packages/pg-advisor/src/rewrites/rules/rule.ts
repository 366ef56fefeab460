import type { Node, SelectStmt } from "@pgsql/types";
import type { Analysis, Level } from "../analysis/level.ts";
import type { RewriteCatalogue } from "../catalogue/catalogue.ts";

/** What a rule makes of one level. */
export type RuleOutcome =
  | {
      readonly outcome: "rewritten";
      readonly select: SelectStmt;
      /** One sentence: what was changed, and by which promise of the catalogue it may be. */
      readonly note: string;
      /** What stays open in the result, to be said beside the rewrite. */
      readonly caveat?: string;
    }
  | {
      readonly outcome: "refused";
      /** The part of the statement that the rule was after. */
      readonly what: Node | null;
      /** Why it may not be rewritten: which promise is missing. */
      readonly because: string;
    };

export interface RuleContext {
  readonly analysis: Analysis;
  readonly catalogue: RewriteCatalogue;
  /** A name that no source of the statement has. */
  freshAlias(base: string): string;
}

/** One way of writing a query otherwise, with the same result wherever its preconditions hold. */
export interface Rule {
  /** Stable: `scalar-aggregate-to-join`. */
  readonly name: string;
  /** One sentence for a person. */
  readonly does: string;
  /** Everything that the rule can do at this level, each alone; and what it must not do, with the reason. */
  apply(level: Level, context: RuleContext): readonly RuleOutcome[];
}

export function rewritten(select: SelectStmt, note: string, caveat?: string): RuleOutcome {
  return { outcome: "rewritten", select, note, ...(caveat === undefined ? {} : { caveat }) };
}

export function refused(what: Node | null, because: string): RuleOutcome {
  return { outcome: "refused", what, because };
}
