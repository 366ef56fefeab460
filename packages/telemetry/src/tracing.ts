export {
  KEPT_BECAUSE,
  type KeptBecause,
  type KeptSpan,
  type KeptTrace,
} from "./tracing/kept-trace.ts";
export {
  type Attributes,
  type AttributeValue,
  SPAN_KINDS,
  type Span,
  type SpanKind,
} from "./tracing/span.ts";
export type { SamplingRates } from "./tracing/tail-sampler.ts";
export {
  FLAG_RANDOM,
  FLAG_SAMPLED,
  formatTraceparent,
  parseTraceContext,
  parseTraceState,
  type TraceContext,
} from "./tracing/trace-context.ts";
export { createTracer, type Tracer, type TracerCounts } from "./tracing/tracer.ts";
export type { TracerOptions } from "./tracing/tracer-options.ts";
