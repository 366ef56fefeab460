import type { ExtensionFacts, Relation } from "../../snapshot/snapshot.ts";
import type { TableUse } from "../../workload/shape/statement-shape.ts";
import type { Statement } from "../../workload/workload.ts";
import type { ColumnFacts } from "../column-facts.ts";
import type { ExpressionContext } from "../immutable-expression.ts";
import type { IndexRequirement } from "../index-requirement.ts";
import type { Proposal } from "../proposal.ts";

/** What a rule is told: one use of a table by one statement. */
export interface RuleInput {
  /** Where the index would stand: the table itself, its partitioned root, or one that inherits from it. */
  readonly table: Relation;
  readonly use: TableUse;
  readonly statement: Statement;
  readonly facts: ColumnFacts;
  readonly tableFacts: TableFacts;
  /** The plain B-trees that the use asks for. */
  readonly requirements: readonly IndexRequirement[];
  readonly context: ExpressionContext;
  readonly extensions: readonly ExtensionFacts[];
}

export interface TableFacts {
  readonly pages: number;
  readonly rows: number;
  /** 0 to 1. */
  readonly allVisibleShare: number;
}

/** Proposes indexes where the statistics say that they could pay; best first. */
export type Rule = (input: RuleInput) => readonly Proposal[];
