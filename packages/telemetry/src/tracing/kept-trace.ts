import type { Attributes, Span, SpanKind } from "./span.ts";
import type { Trace } from "./trace.ts";

/**
 * Why a trace was kept, the first of these that holds. `failed`: its root failed. `slow`: it took longer than its route is wont to. `chosen`: one
 * of the few that are kept whatever they are. `failed-inside`: it succeeded in spite of a failed call. `asked`: the caller records it.
 */
export const KEPT_BECAUSE = ["failed", "slow", "chosen", "failed-inside", "asked"] as const;
export type KeptBecause = (typeof KEPT_BECAUSE)[number];

export interface KeptSpan {
  /** 16 hexadecimal digits. */
  readonly spanId: string;
  /** Empty for a root without a caller. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: SpanKind;
  /** Wall time, ms since 1970, with its fraction. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly hasFailed: boolean;
  readonly attributes: Attributes;
}

/** A trace as plain data, as it was when its local root ended. */
export interface KeptTrace {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  readonly flags: number;
  /** As `tracestate` came in. */
  readonly state: string;
  readonly keptBecause: KeptBecause;
  /** The local root first, then in the order in which they began. */
  readonly spans: readonly KeptSpan[];
  /** Spans beyond the limit, of which nothing is known. */
  readonly droppedSpans: number;
}

/**
 * The trace as data.
 *
 * @param wallOffsetMs what makes wall time out of the tracer's monotonic time
 */
export function keepTrace(
  trace: Trace,
  root: Span,
  keptBecause: KeptBecause,
  wallOffsetMs: number,
): KeptTrace {
  const keep = (span: Span): KeptSpan => ({
    spanId: span.spanId,
    parentSpanId: span.parent?.spanId ?? trace.caller?.spanId ?? "",
    name: span.name,
    kind: span.kind,
    startMs: span.startMs + wallOffsetMs,
    durationMs: Math.max(0, (span.isEnded ? span.endMs : root.endMs) - span.startMs),
    hasFailed: span.hasFailed,
    attributes: span.isEnded
      ? span.attributes()
      : { ...span.attributes(), "streamgate.unfinished": true },
  });
  return {
    traceId: trace.traceId,
    flags: trace.flags,
    state: trace.caller?.state ?? "",
    keptBecause,
    spans: [keep(root), ...trace.spans.map(keep)],
    droppedSpans: trace.droppedSpans,
  };
}
