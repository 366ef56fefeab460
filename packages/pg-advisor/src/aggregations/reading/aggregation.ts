import type { Node } from "@pgsql/types";
import type { TableFacts } from "../../rewrites/catalogue/catalogue.ts";
import type { TimeUnit } from "../time/time-unit.ts";
import type { ColumnOrigin } from "./read-input.ts";

/** What one row of a summary stands for, as one of its columns. */
export type SummaryKey =
  | {
      readonly kind: "column";
      /** In the summary, as in the table. */
      readonly name: string;
      readonly isNotNull: boolean;
    }
  | {
      readonly kind: "expression";
      readonly name: string;
      readonly expression: Node;
      readonly isNotNull: boolean;
    }
  | {
      readonly kind: "stretch of time";
      readonly name: string;
      readonly column: string;
      readonly unit: TimeUnit;
      readonly isZoned: boolean;
      readonly isNotNull: boolean;
    };

export type StretchKey = Extract<SummaryKey, { readonly kind: "stretch of time" }>;

/** What a summary keeps of the rows behind each of its own. */
export interface StoredMeasure {
  readonly name: string;
  /** An aggregate over the table's rows, as SQL. */
  readonly sql: string;
  /** `sum`: what rows bring is added and taken off again; others cannot be taken off. */
  readonly combine: "sum" | "min" | "max" | "bool_and" | "bool_or";
}

/** One end of a range of instants that a statement asks for. */
interface RangeBound {
  readonly sql: string;
  readonly isInclusive: boolean;
}

/** The rows of some time, which a summary knows by whole stretches only. */
export interface TimeRange {
  readonly key: StretchKey;
  readonly low: RangeBound | null;
  readonly high: RangeBound | null;
  /** As the statement has them. */
  readonly conditions: readonly string[];
}

/** An output column, in terms of what the summary gives under the table's own alias. */
interface SummaryTarget {
  readonly sql: string;
  readonly name: string;
}

/** A statement that counts and sums over the rows of a table or a join, as what a summary of them would have to be. */
export interface Aggregation {
  /** The largest first; several where they are joined. */
  readonly tables: readonly [TableFacts, ...TableFacts[]];
  /** What is counted, as SQL without an alias: a table, or a join in parentheses. */
  readonly from: string;
  /** Where a column that it names comes from. */
  readonly originOf: (column: string) => ColumnOrigin;
  /** Under which the statement knows what it counts. */
  readonly alias: string;
  readonly keys: readonly SummaryKey[];
  /** Beside the count of rows. */
  readonly measures: readonly StoredMeasure[];
  /** What every row of the summary keeps; without parameters, as SQL. */
  readonly ownConditions: readonly string[];
  /** What is asked of rows, in terms of the table. */
  readonly rowConditions: readonly string[];
  /** The same in terms of the summary. */
  readonly keyConditions: readonly string[];
  readonly range: TimeRange | null;
  readonly targets: readonly SummaryTarget[];
  /** Empty where the statement brings one row in any case. */
  readonly groups: readonly string[];
  readonly having: string | null;
  /** ORDER BY and LIMIT as SQL, with their words; empty where there are none. */
  readonly tail: string;
  /** Parameters that decide what time is counted by, and the values that the summary is made for. */
  readonly assumptions: readonly {
    readonly parameter: number;
    readonly value: string;
    /** Whether calls told it; else it was taken for the usual one, since the counters put `$n` in the place of constants. */
    readonly isGiven: boolean;
  }[];
  /** Why a trigger cannot keep the summary; empty where it can. */
  readonly notByTrigger: readonly string[];
}

/** The column that counts the rows behind each row of a summary. */
export const ROW_COUNT = "row_count";
