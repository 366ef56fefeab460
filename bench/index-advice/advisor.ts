import type { ChosenIndex, IndexDefinition, Snapshot, Twin } from "@streamgate/pg-advisor";
import type { StatementColumns } from "./rivals/statement-columns.ts";
import type { BenchStatement } from "./workload-case.ts";

/** What every advisor is given: one frozen set of statistics, and how long statements took. */
export interface AdvisorInput {
  readonly statements: readonly BenchStatement[];
  readonly snapshot: Snapshot;
  /** A twin for one advisor alone. */
  readonly makeTwin: () => Promise<Twin>;
  /** Mean time of each statement as it was measured before, in the order of the statements. */
  readonly meansMs: readonly number[];
  /** Columns of each statement, in the order of the statements. */
  readonly columns: readonly StatementColumns[];
}

export interface Advice {
  readonly indexes: readonly IndexDefinition[];
  /** What the advisor believes that its indexes weigh together. */
  readonly believedBytes: number;
  readonly plannerCalls: number;
  /** Wall clock from the statistics to the advice, the making of the twin included. */
  readonly advisedInMs: number;
  /** What was foretold of each index; of StreamGate alone. */
  readonly foretold: { readonly chosen: readonly ChosenIndex[] } | null;
}

export interface Advisor {
  readonly name: string;
  /** @param budgetBytes what all advised indexes together may weigh, by the advisor's own belief */
  advise(input: AdvisorInput, budgetBytes: number): Promise<Advice>;
}
