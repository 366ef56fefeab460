export { findingsWithBatches } from "./batching/advise-batches.ts";
export type { Key } from "./batching/keys-as-parameters.ts";
export { type Batch, writeForKeys } from "./batching/write-batch.ts";
export type { Budget, Budgets } from "./budgets/budget.ts";
export type { Observation } from "./findings/observation.ts";
export { RequestAdvisor } from "./findings/request-advisor.ts";
export { parseRequestLine } from "./recording/parse-request-line.ts";
export { requestLine } from "./recording/request-line.ts";
export {
  type RecorderOptions,
  type RequestRecorder,
  recordRequests,
} from "./recording/request-recorder.ts";
export type {
  ColumnReads,
  Frame,
  TracedRequest,
  TracedStatement,
} from "./requests/traced-request.ts";
export { formOf } from "./statements/form-of.ts";
export type { PostgresModule, TraceOptions } from "./tracing/options.ts";
export type { CallSites } from "./tracing/statement-tracer.ts";
export { type StatementTracing, traceStatements } from "./tracing/trace-statements.ts";
