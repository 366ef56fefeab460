import type {
  Chart,
  FieldsQuery,
  Figure,
  Instant,
  Marker,
  PageQuery,
  Range,
  RangeQuery,
  SourceHealth,
} from "./basics.ts";
import type { PlanNodeView } from "./plans.ts";
import type { RecommendationSummary } from "./recommendations.ts";
import type { StatementCaller } from "./statement-life.ts";

export interface StatementSummary {
  readonly fingerprint: string;
  readonly database: string;
  /** Normalised: literals are `$1`, `$2`. */
  readonly text: string;
  readonly calls: Figure;
  readonly total: Figure;
  readonly mean: Figure;
  /** Standard deviation of a call. */
  readonly spread: Figure;
  readonly rowsPerCall: Figure;
  /** Of the shared blocks that it asked for, the share found in memory. */
  readonly hitRatio: Figure;
  /** Of all statements' time, 0 to 1. */
  readonly shareOfTime: Figure;
  readonly recommendations: number;
  /** Mean time a step. */
  readonly sparkline: readonly (number | null)[];
}

export interface StatementsQuery extends RangeQuery, PageQuery, FieldsQuery {
  /** @maxLength 200 */
  readonly database?: string;
  /** @default "total" */
  readonly sort?: "total" | "calls" | "mean" | "spread" | "rows";
  /** @maxLength 500 */
  readonly search?: string;
  /**
   * Only statements whose mean is at least so long.
   *
   * @minimum 0
   */
  readonly leastMeanMs?: number;
}

export interface StatementPage {
  readonly range: Range;
  readonly items: readonly StatementSummary[];
  readonly next: string | null;
  /** How many there are in all. */
  readonly total: number;
  readonly sources: readonly SourceHealth[];
}

export interface StatementView {
  readonly range: Range;
  readonly statement: StatementSummary;
  readonly figures: readonly {
    readonly id: string;
    readonly title: string;
    readonly figure: Figure;
  }[];
  readonly charts: readonly Chart[];
  readonly markers: readonly Marker[];
  readonly plans: readonly StatementPlan[];
  /** Those that take most of its time first. */
  readonly callers: readonly StatementCaller[];
  readonly recommendations: readonly RecommendationSummary[];
}

/** A plan of a statement, as it was seen: of the watched database, each stretch of time in which it had one plan. */
export interface StatementPlan {
  readonly id: string;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
  /**
   * Where it came from: `database` (what the watched server would do for whatever values), `twin` (what it would do there), `lab` (it
   * ran there), `lab, with the fix`.
   */
  readonly source: string;
  readonly cost: Figure;
  readonly root: PlanNodeView;
  /** What is wrong with it, as sentences; empty where nothing is, or where it cannot be told. */
  readonly problems: readonly string[];
  /** What changed since the plan seen before it, as sentences; empty for the first. */
  readonly changes: readonly string[];
}

export interface PlanList {
  readonly items: readonly StatementPlan[];
}
