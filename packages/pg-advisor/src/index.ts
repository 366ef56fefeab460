export {
  type AdviseSummariesInput,
  type AdviseSummariesOptions,
  adviseSummaries,
} from "./aggregations/advise-summaries.ts";
export { proveSummary } from "./aggregations/proof/prove-summary.ts";
export type { Application, AppliedStep, StepOutcome } from "./apply/application.ts";
export { type ApplyRequest, applyFix } from "./apply/apply-fix.ts";
export { revertFix } from "./apply/revert-fix.ts";
export { adviseCaching, type CachingOptions } from "./caching/advise-caching.ts";
export type { Candidate, IndexDefinition, IndexKey, IndexMethod } from "./candidates/candidate.ts";
export { type GeneratedCandidates, generateCandidates } from "./candidates/generate-candidates.ts";
export { adviseIndexes } from "./choice/advise-indexes.ts";
export {
  fitTimeModel,
  type TimedChange,
  type TimedWork,
} from "./choice/calibration/fit-time-model.ts";
export type { PlanWork, WorkKind } from "./choice/calibration/plan-work.ts";
export type { TimeModel } from "./choice/calibration/time-model.ts";
export { timedChangesOf } from "./choice/calibration/timed-changes.ts";
export type {
  Choice,
  ChoiceBound,
  ChosenIndex,
  ParetoPoint,
  ReplacedIndex,
  SlowerStatement,
  StatementGain,
} from "./choice/choice.ts";
export { type ChooseIndexesInput, chooseIndexes } from "./choice/choose-indexes.ts";
export type { ChoiceOptions } from "./choice/options.ts";
export {
  ledgerOfSavings,
  type SavingEntry,
  type SavingLedger,
  type SavingRecord,
} from "./choice/saving-ledger.ts";
export type { IndexWriteCost } from "./choice/write-rates.ts";
export { type Cluster, type ClusterOptions, startCluster } from "./cluster/cluster.ts";
export { findFreePort } from "./cluster/free-port.ts";
export type { RunContext } from "./context.ts";
export { addUpUsage } from "./indexes/add-up-usage.ts";
export { type AdviseDropsInput, adviseDrops, type DropAdvice } from "./indexes/advise-drops.ts";
export { DROP_REASONS, type DropReason } from "./indexes/drop-reasons.ts";
export {
  type DuplicateIndex,
  findDuplicateIndexes,
  findNoDuplicates,
  type NoDuplicate,
} from "./indexes/duplicate-indexes.ts";
export {
  type Bloat,
  bloatOf,
  isWorthRebuilding,
  type MeasuredBloat,
} from "./indexes/fragmented-indexes.ts";
export type { Cover } from "./indexes/index-cover.ts";
export type { IndexDuty, IndexPortrait, IndexTraits } from "./indexes/index-portrait.ts";
export type { IndexShape } from "./indexes/index-shape.ts";
export type { IndexProblem, IndexVerdict, Refusal } from "./indexes/index-verdict.ts";
export { findInvalidIndexes, type InvalidIndex } from "./indexes/invalid-indexes.ts";
export { LossPlanner, type LossReport, type StatementLoss } from "./indexes/loss-without.ts";
export { type IndexMeasurement, measureBloat } from "./indexes/measure-bloat.ts";
export { dropIndexSql, rebuildIndexSql } from "./indexes/mending-sql.ts";
export { type IndexObservation, observeIndexes } from "./indexes/observe-indexes.ts";
export {
  type Doubt,
  findUnusedIndexes,
  type UnusedIndex,
  type WatchedIndex,
} from "./indexes/unused-indexes.ts";
export { createLabCopy, type LabCopyInput } from "./lab/copy-lab.ts";
export type { Lab } from "./lab/lab.ts";
export { type NamedLabInput, openNamedLab } from "./lab/named-lab.ts";
export {
  type AdvisePlanInput,
  advisePlan,
  type PlanAdvice,
  type PlanFinding,
} from "./plans/advise-plan.ts";
export { type AdviseStatementsInput, adviseStatements } from "./plans/advise-statements.ts";
export { weighPlan } from "./plans/costs/weigh-plan.ts";
export type { WeighedNode, WeighedPlan } from "./plans/costs/weighed-plan.ts";
export { diffPlans, type PlanDiff } from "./plans/diff/diff-plans.ts";
export type { PlanChange } from "./plans/diff/plan-change.ts";
export {
  explainEachGenerically,
  explainGenerically,
  type GenericPlan,
} from "./plans/explain-generically.ts";
export type { PlanNode } from "./plans/plan.ts";
export { planShape } from "./plans/plan-shape.ts";
export { readPlans } from "./plans/read/read-plans.ts";
export { explainedFromNode } from "./plans/tree/explained-from-node.ts";
export type { ExplainedNode } from "./plans/tree/explained-node.ts";
export type { ExplainedPlan } from "./plans/tree/explained-plan.ts";
export { tablesForProof } from "./proof/concerned-statements.ts";
export { type ProveFindingInput, proveFinding } from "./proof/prove-finding.ts";
export {
  type ProveSetInput,
  proveSet,
  type SetMember,
  type SetProof,
} from "./proof/prove-set.ts";
export { parametersInOrder } from "./replacements/parameters-in-order.ts";
export {
  type ProveReplacementInput,
  proveReplacement,
} from "./replacements/prove-replacement.ts";
export { adviseCaller } from "./rewrites/advice/advise-caller.ts";
export type { CallerAdvice } from "./rewrites/advice/caller-advice.ts";
export { keepColumns } from "./rewrites/advice/keep-columns.ts";
export {
  type AdviseRewritesInput,
  type AdviseRewritesOptions,
  adviseRewrites,
} from "./rewrites/advise-rewrites.ts";
export { type RewriteCatalogue, readCatalogue } from "./rewrites/catalogue/catalogue.ts";
export {
  type DifferentialServer,
  openDifferentialServer,
} from "./rewrites/differential/differential-server.ts";
export type {
  CounterExample,
  DifferentialOptions,
  DifferentialProof,
} from "./rewrites/differential/prove-equal.ts";
export type { DeclinedRewrite, RewriteProposal } from "./rewrites/propose-rewrites.ts";
export {
  type ProvenRewrite,
  type RewriteReport,
  type RewriteStatementInput,
  rewriteStatement,
} from "./rewrites/rewrite-statement.ts";
export type { RewriteStep } from "./rewrites/search/expand.ts";
export { searchRewrites } from "./rewrites/search/search-rewrites.ts";
export type { TimedProof } from "./rewrites/timing/time-rewriting.ts";
export { applySchema } from "./schema/apply-schema.ts";
export { qualify, quoteIdentifier, quoteLiteral } from "./schema/identifiers.ts";
export type { RenderOptions } from "./schema/options.ts";
export { renderSchema } from "./schema/render-schema.ts";
export type { SchemaScript } from "./schema/schema-script.ts";
export { readSnapshot } from "./snapshot/read-snapshot.ts";
export { readStatementCounters } from "./snapshot/read-statement-counters.ts";
export type {
  RelationName,
  ServerFacts,
  Snapshot,
  StatementCounters,
} from "./snapshot/snapshot.ts";
export {
  differenceOf,
  type StatementReading,
  type StatementWindow,
} from "./snapshot/statement-window.ts";
export { type AdviseStatisticsInput, adviseStatistics } from "./statistics/advise-statistics.ts";
export {
  type EstimateTrial,
  proveStatistics,
  tryStatistics,
} from "./statistics/prove-statistics.ts";
export { readTwinFile, writeTwinFile } from "./twin-export/export-file.ts";
export { exportSnapshot } from "./twin-export/export-snapshot.ts";
export type { ExportOptions } from "./twin-export/options.ts";
export { fixTables } from "./verify/fix-tables.ts";
export { type ObserveRequest, observeWindows } from "./verify/observe-windows.ts";
export { type VerifyRequest, verifyFix } from "./verify/verify-fix.ts";
export {
  type CostedStatement,
  type CostIndexesInput,
  costIndexes,
  type IndexCosts,
} from "./what-if/cost-indexes.ts";
export { besideTwin } from "./what-if/hypopg/beside-twin.ts";
export { type HypopgOptions, hypopgOf } from "./what-if/hypopg/hypopg-options.ts";
export { type ReadDefinition, readIndexDefinition } from "./what-if/read-index-definition.ts";
export type { TwinRefresh } from "./what-if/twin/refresh/refresh-twin.ts";
export { createTwin, type Twin, type TwinOptions } from "./what-if/twin/twin.ts";
export type { Configuration, WhatIf } from "./what-if/what-if.ts";
export { type BuildWorkloadInput, buildWorkload } from "./workload/build-workload.ts";
export { identifyStatement, type StatementIdentity } from "./workload/identify-statement.ts";
export { readStatementSearch, type StatementSearch } from "./workload/statement-search.ts";
export type {
  DeclinedStatement,
  ParameterSample,
  Statement,
  Workload,
  WorkloadWindow,
} from "./workload/workload.ts";
export { type WorkloadFromSqlInput, workloadFromSql } from "./workload/workload-from-file.ts";
