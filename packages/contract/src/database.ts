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
import type { LockChainList, LockChainsQuery, StatementCaller } from "./statement-life.ts";

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

export interface DatabaseMetrics {
  readonly range: Range;
  readonly figures: readonly {
    readonly id: string;
    readonly title: string;
    readonly figure: Figure;
  }[];
  readonly charts: readonly Chart[];
  readonly markers: readonly Marker[];
  readonly sources: readonly SourceHealth[];
}

export interface DatabaseQuery extends RangeQuery, FieldsQuery {
  /** @maxLength 200 */
  readonly database?: string;
}

export interface IndexSummary {
  readonly id: string;
  readonly database: string;
  readonly table: string;
  readonly name: string;
  readonly definition: string;
  readonly size: Figure;
  readonly scans: Figure;
  /** What keeping it up to date costs a written row; estimated unless a lab measured it. */
  readonly writeCost: Figure;
  readonly isUnique: boolean;
  readonly isPrimary: boolean;
  readonly isValid: boolean;
  /** Share of its bytes that a rebuild would free, 0 to 1; null value where nobody has looked. */
  readonly bloat: Figure;
  /** Null before PostgreSQL 16, and where it was never scanned. */
  readonly lastScanAt: Instant | null;
  /** Since when StreamGate watches it. */
  readonly watchedSince: Instant | null;
  readonly usage: IndexUsage;
}

/** How an index was used of late. */
export interface IndexUsage {
  /** When the first step begins, in ms since 1970. */
  readonly startMs: number;
  /** An hour where it has series of its own, as the busiest and the largest indexes of a database have; else a day. */
  readonly stepMs: number;
  /** Scans in each step; null where nobody looked. Empty where nothing is known yet. */
  readonly scans: readonly (number | null)[];
}

export interface IndexesQuery extends PageQuery, FieldsQuery {
  /** @maxLength 200 */
  readonly database?: string;
  /** @maxLength 200 */
  readonly table?: string;
  /** @maxLength 200 */
  readonly search?: string;
  /** @default "size" */
  readonly sort?: "size" | "scans" | "bloat" | "name";
}

export interface IndexPage {
  readonly items: readonly IndexSummary[];
  readonly next: string | null;
  readonly total: number;
  readonly sources: readonly SourceHealth[];
}

/** An index that should perhaps not be as it is, and why. */
export interface IndexCase {
  readonly index: IndexSummary;
  readonly reason: string;
  /** What speaks against doing anything: a replica may use it, a constraint needs it. */
  readonly caveats: readonly string[];
  /** What would be won. */
  readonly freed: Figure;
  /** Rows of its table that are written in an hour, each of which may have to enter it. */
  readonly writesSaved: Figure;
  /** The SQL that would mend it; empty where it is not advised. */
  readonly sql: string;
  /** Why nothing is advised yet; null where it is, and where the caveats say why. */
  readonly refusal: IndexRefusal | null;
  /** The other one, of duplicates. */
  readonly other: IndexSummary | null;
  /** How long it has been watched. */
  readonly watchedSince: Instant | null;
}

/** Why an index is not to be dropped. */
export interface IndexRefusal {
  /** Stable word: `foreign-key`, `unique`, `replica-identity`, `watched-too-briefly`. */
  readonly reason: string;
  readonly explanation: string;
}

/** An index that is not used, or looks superfluous, and must stay all the same. */
export interface KeptIndex extends IndexRefusal {
  readonly index: IndexSummary;
}

export interface IndexCaseList {
  readonly items: readonly IndexCase[];
  /** Those that look like a case and are refused, each with its reason; of all pages. */
  readonly refused: readonly KeptIndex[];
  readonly next: string | null;
  readonly total: number;
  readonly sources: readonly SourceHealth[];
}

/** Something that happened to an index, and what came of it. */
export interface IndexChange {
  readonly id: string;
  readonly database: string;
  readonly table: string;
  readonly name: string;
  /** After the change; before it, of one that vanished. */
  readonly definition: string;
  readonly event: "appeared" | "became valid" | "changed" | "renamed" | "rebuilt" | "vanished";
  /** Its definition before, or its name, where that is what changed. */
  readonly previous: string | null;
  /** It happened between these. */
  readonly notBefore: Instant;
  readonly at: Instant;
  /** What StreamGate did; null where it was somebody else. */
  readonly act: IndexChangeAct | null;
  readonly size: Figure;
  /** Before the change; null value where there was none. */
  readonly sizeBefore: Figure;
  /** As it is now; null where it is gone. */
  readonly index: IndexSummary | null;
  /** Null where the change is none that could make anything faster or slower: another name, the same index built anew. */
  readonly effect: IndexEffect | null;
}

export interface IndexChangeAct {
  readonly recommendation: string;
  readonly target: string;
  readonly direction: "apply" | "revert";
  /** Who let it be done, or why it was taken back. */
  readonly reason: string;
}

/** Whether a change of an index did what it was for. */
export interface IndexEffect {
  readonly verdict:
    | "effective"
    | "no change"
    | "harmful"
    | "not used"
    | "invalid"
    | "too early"
    | "cannot tell";
  /** `verified`: windows of counters before and after it support the verdict; else why not is in the explanation. */
  readonly rung: "estimated" | "measured" | "verified";
  readonly explanation: string;
  /** What else may have had a part in it. */
  readonly caveats: readonly string[];
  /** The stretches that were compared; null where there were none. */
  readonly before: IndexEffectSpan | null;
  readonly after: IndexEffectSpan | null;
  /** What the statements that search by it took of each hour. */
  readonly timeBefore: Figure;
  readonly timeAfter: Figure;
  /** Since the change. */
  readonly scansPerHour: Figure;
  /** Time of the busiest statement that writes to the table, after ÷ before: above 1 it became slower. */
  readonly writers: Figure;
  /** What keeping it up to date costs in an hour, by the rows that were written. */
  readonly upkeep: Figure;
  /** Those that search by it, those that read or write its table beside; the most time first. */
  readonly statements: readonly IndexEffectStatement[];
}

export interface IndexEffectSpan {
  readonly from: Instant;
  readonly to: Instant;
  /** How many windows of counters there are in it. */
  readonly windows: number;
}

export interface IndexEffectStatement {
  readonly fingerprint: string;
  readonly text: string;
  /** Whether it searches by what leads the index, or else reads or writes its table. */
  readonly role: "target" | "reader" | "writer";
  readonly callsBefore: number;
  readonly callsAfter: number;
  readonly meanBefore: Figure;
  readonly meanAfter: Figure;
  /** Before ÷ after, what statements on other tables did in the meantime taken out; above 1 is faster. */
  readonly speedup: Figure;
}

export interface IndexChangesQuery extends PageQuery, FieldsQuery {
  /** @maxLength 200 */
  readonly database?: string;
  /** @maxLength 200 */
  readonly table?: string;
  /** @maxLength 200 */
  readonly search?: string;
}

export interface IndexChangeList {
  readonly items: readonly IndexChange[];
  readonly next: string | null;
  readonly total: number;
  readonly sources: readonly SourceHealth[];
}

export interface MissingIndexList {
  readonly items: readonly RecommendationSummary[];
  readonly next: string | null;
  readonly total: number;
  readonly sources: readonly SourceHealth[];
}

export interface WhatIfRequest {
  /** @maxLength 200 */
  readonly database: string;
  /**
   * CREATE INDEX statements to be imagined.
   *
   * @minItems 1
   * @maxItems 20
   */
  readonly indexes: readonly string[];
  /**
   * Existing indexes to be imagined away.
   *
   * @maxItems 20
   */
  readonly without?: readonly string[];
}

export interface WhatIfResult {
  readonly statements: readonly {
    readonly fingerprint: string;
    readonly text: string;
    readonly calls: number;
    readonly before: Figure;
    readonly after: Figure;
    readonly usesIndexes: readonly string[];
  }[];
  /** Time that these statements take in an hour. */
  readonly before: Figure;
  readonly after: Figure;
  readonly indexes: readonly { readonly definition: string; readonly size: Figure }[];
  /** What could not be costed, and why. */
  readonly leftOut: readonly string[];
}

export interface DatabaseOperations {
  /** The databases as a whole: time, calls, connections, memory hits, size. */
  readonly getQueryMetrics: {
    readonly method: "GET";
    readonly path: "/queries/metrics";
    readonly scope: "read";
    readonly query: DatabaseQuery;
    readonly result: DatabaseMetrics;
  };
  /** Statements whose mean is above the objective, or above `leastMeanMs`; the slowest first, whatever `sort` says. */
  readonly listSlowQueries: {
    readonly method: "GET";
    readonly path: "/queries/slow";
    readonly scope: "read";
    readonly query: StatementsQuery;
    readonly result: StatementPage;
  };
  /** All statements with their figures. */
  readonly listQueryStatistics: {
    readonly method: "GET";
    readonly path: "/queries/statistics";
    readonly scope: "read";
    readonly query: StatementsQuery;
    readonly result: StatementPage;
  };
  /** Who waits for whose lock, and who did of late. */
  readonly listLockChains: {
    readonly method: "GET";
    readonly path: "/queries/locks";
    readonly scope: "read";
    readonly query: LockChainsQuery;
    readonly result: LockChainList;
  };
  /** One statement over time. */
  readonly getQuery: {
    readonly method: "GET";
    readonly path: "/queries/:fingerprint";
    readonly scope: "read";
    readonly parameters: { readonly fingerprint: string };
    readonly query: DatabaseQuery;
    readonly result: StatementView;
  };
  /** The plans that one statement had. */
  readonly listQueryPlans: {
    readonly method: "GET";
    readonly path: "/queries/:fingerprint/plans";
    readonly scope: "read";
    readonly parameters: { readonly fingerprint: string };
    readonly result: PlanList;
  };
  /** All indexes with their figures. */
  readonly listIndexes: {
    readonly method: "GET";
    readonly path: "/indexes/metrics";
    readonly scope: "read";
    readonly query: IndexesQuery;
    readonly result: IndexPage;
  };
  /** Indexes that nothing has used since counting began. */
  readonly listUnusedIndexes: {
    readonly method: "GET";
    readonly path: "/indexes/unused";
    readonly scope: "read";
    readonly query: IndexesQuery;
    readonly result: IndexCaseList;
  };
  /** Indexes that another one makes superfluous. */
  readonly listDuplicateIndexes: {
    readonly method: "GET";
    readonly path: "/indexes/duplicate";
    readonly scope: "read";
    readonly query: IndexesQuery;
    readonly result: IndexCaseList;
  };
  /** Indexes that are much larger than their content, or invalid. */
  readonly listFragmentedIndexes: {
    readonly method: "GET";
    readonly path: "/indexes/fragmented";
    readonly scope: "read";
    readonly query: IndexesQuery;
    readonly result: IndexCaseList;
  };
  /** Indexes that would help. */
  readonly listMissingIndexes: {
    readonly method: "GET";
    readonly path: "/indexes/missing";
    readonly scope: "read";
    readonly query: IndexesQuery;
    readonly result: MissingIndexList;
  };
  /** What happened to indexes since StreamGate watches, the latest first, and whether it did any good. */
  readonly listIndexChanges: {
    readonly method: "GET";
    readonly path: "/indexes/changes";
    readonly scope: "read";
    readonly query: IndexChangesQuery;
    readonly result: IndexChangeList;
  };
  /** Costs the workload with indexes that do not exist. Nothing happens to the watched database. */
  readonly askWhatIf: {
    readonly method: "POST";
    readonly path: "/indexes/what-if";
    readonly scope: "read";
    readonly body: WhatIfRequest;
    readonly result: WhatIfResult;
  };
}
