import type {
  Chart,
  FieldsQuery,
  Figure,
  Marker,
  Range,
  RangeQuery,
  SourceHealth,
} from "./basics.ts";
import type { IndexChangeList, IndexChangesQuery } from "./index-changes.ts";
import type { IndexCaseList, IndexesQuery, IndexPage, MissingIndexList } from "./indexes.ts";
import type { LockChainList, LockChainsQuery } from "./statement-life.ts";
import type { PlanList, StatementPage, StatementsQuery, StatementView } from "./statements.ts";
import type { WhatIfRequest, WhatIfResult } from "./what-if.ts";

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
