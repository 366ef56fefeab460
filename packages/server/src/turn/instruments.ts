import {
  adviseCaching,
  adviseDrops,
  adviseIndexes,
  adviseRewrites,
  adviseStatements,
  adviseStatistics,
  adviseSummaries,
  applyFix,
  besideTwin,
  buildWorkload,
  chooseIndexes,
  createLabCopy,
  createTwin,
  differenceOf,
  fixTables,
  generateCandidates,
  measureBloat,
  observeIndexes,
  observeWindows,
  openNamedLab,
  proveFinding,
  proveReplacement,
  proveSet,
  proveStatistics,
  proveSummary,
  readSnapshot,
  readStatementCounters,
  revertFix,
  tablesForProof,
  verifyFix,
  workloadFromSql,
} from "@streamgate/pg-advisor";

/** All that a turn does to databases, in one object, so that tests can stand in for any of it. */
export interface Instruments {
  readonly readSnapshot: typeof readSnapshot;
  readonly readStatementCounters: typeof readStatementCounters;
  readonly differenceOf: typeof differenceOf;
  readonly createTwin: typeof createTwin;
  readonly besideTwin: typeof besideTwin;
  readonly buildWorkload: typeof buildWorkload;
  readonly workloadFromSql: typeof workloadFromSql;
  readonly generateCandidates: typeof generateCandidates;
  readonly chooseIndexes: typeof chooseIndexes;
  readonly adviseIndexes: typeof adviseIndexes;
  readonly adviseRewrites: typeof adviseRewrites;
  readonly adviseSummaries: typeof adviseSummaries;
  readonly adviseStatistics: typeof adviseStatistics;
  readonly adviseCaching: typeof adviseCaching;
  readonly observeIndexes: typeof observeIndexes;
  readonly measureBloat: typeof measureBloat;
  readonly adviseDrops: typeof adviseDrops;
  readonly adviseStatements: typeof adviseStatements;
  readonly createLabCopy: typeof createLabCopy;
  readonly openNamedLab: typeof openNamedLab;
  readonly proveFinding: typeof proveFinding;
  readonly proveSet: typeof proveSet;
  readonly proveStatistics: typeof proveStatistics;
  readonly proveSummary: typeof proveSummary;
  readonly proveReplacement: typeof proveReplacement;
  readonly tablesForProof: typeof tablesForProof;
  readonly fixTables: typeof fixTables;
  readonly applyFix: typeof applyFix;
  readonly revertFix: typeof revertFix;
  readonly observeWindows: typeof observeWindows;
  readonly verifyFix: typeof verifyFix;
}

export const INSTRUMENTS: Instruments = {
  adviseRewrites,
  adviseSummaries,
  adviseStatistics,
  adviseCaching,
  readSnapshot,
  readStatementCounters,
  differenceOf,
  fixTables,
  createTwin,
  besideTwin,
  buildWorkload,
  workloadFromSql,
  generateCandidates,
  chooseIndexes,
  adviseIndexes,
  observeIndexes,
  measureBloat,
  adviseDrops,
  adviseStatements,
  createLabCopy,
  openNamedLab,
  proveFinding,
  proveReplacement,
  proveSet,
  proveStatistics,
  proveSummary,
  applyFix,
  revertFix,
  tablesForProof,
  observeWindows,
  verifyFix,
};
