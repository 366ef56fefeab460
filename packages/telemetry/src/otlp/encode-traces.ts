import type { ProcessIdentity } from "../report/process-report.ts";
import type { KeptSpan, KeptTrace } from "../tracing/kept-trace.ts";
import { SPAN_KINDS } from "../tracing/span.ts";
import { ProtobufWriter } from "./protobuf-writer.ts";
import { writeAttribute, writeResource, writeScope } from "./resource.ts";

/** Field numbers of `opentelemetry.proto.trace.v1` and of the request that carries it. */
const REQUEST = { resourceSpans: 1 } as const;
const RESOURCE_SPANS = { resource: 1, scopeSpans: 2 } as const;
const SCOPE_SPANS = { scope: 1, spans: 2 } as const;
const SPAN = {
  traceId: 1,
  spanId: 2,
  traceState: 3,
  parentSpanId: 4,
  name: 5,
  kind: 6,
  start: 7,
  end: 8,
  attributes: 9,
  status: 15,
  flags: 16,
} as const;
const STATUS = { code: 3 } as const;
const STATUS_ERROR = 2;
/** The parent's place is known, and it is another process or not. */
const FLAG_HAS_IS_REMOTE = 0x100;
const FLAG_IS_REMOTE = 0x200;

/** Kept traces as an `ExportTraceServiceRequest`. */
export function encodeTraces(traces: readonly KeptTrace[], identity: ProcessIdentity): Buffer {
  const out = new ProtobufWriter();
  out.message(REQUEST.resourceSpans, () => {
    writeResource(out, RESOURCE_SPANS.resource, identity);
    out.message(RESOURCE_SPANS.scopeSpans, () => {
      writeScope(out, SCOPE_SPANS.scope);
      for (const trace of traces) writeTrace(out, trace);
    });
  });
  return out.finish();
}

function writeTrace(out: ProtobufWriter, trace: KeptTrace): void {
  for (const [position, span] of trace.spans.entries()) {
    const isRoot = position === 0;
    out.message(SCOPE_SPANS.spans, () => writeSpan(out, trace, span, isRoot));
  }
}

function writeSpan(out: ProtobufWriter, trace: KeptTrace, span: KeptSpan, isRoot: boolean): void {
  const isCalledFromElsewhere = isRoot && span.parentSpanId !== "";
  out.hex(SPAN.traceId, trace.traceId);
  out.hex(SPAN.spanId, span.spanId);
  out.text(SPAN.traceState, trace.state);
  out.hex(SPAN.parentSpanId, span.parentSpanId);
  out.text(SPAN.name, span.name);
  out.uint(SPAN.kind, SPAN_KINDS[span.kind]);
  out.instant(SPAN.start, span.startMs);
  out.instant(SPAN.end, span.startMs + span.durationMs);
  for (const [name, value] of Object.entries(span.attributes)) {
    writeAttribute(out, SPAN.attributes, name, value);
  }
  if (isRoot) {
    writeAttribute(out, SPAN.attributes, "streamgate.kept_because", trace.keptBecause);
    if (trace.droppedSpans > 0) {
      writeAttribute(out, SPAN.attributes, "streamgate.dropped_spans", trace.droppedSpans);
    }
  }
  out.message(SPAN.status, () => out.uint(STATUS.code, span.hasFailed ? STATUS_ERROR : 0));
  const remote = isCalledFromElsewhere ? FLAG_IS_REMOTE : 0;
  out.fixed32(SPAN.flags, trace.flags | FLAG_HAS_IS_REMOTE | remote);
}
