import { AsyncLocalStorage } from "node:async_hooks";
import { type KeptTrace, keepTrace } from "./kept-trace.ts";
import { KeptTraces } from "./kept-traces.ts";
import { Span, type SpanKind } from "./span.ts";
import { drawSpanId, drawTraceId } from "./span-ids.ts";
import { TailSampler } from "./tail-sampler.ts";
import { Trace, type TraceKeeper } from "./trace.ts";
import { FLAG_RANDOM, FLAG_SAMPLED, type TraceContext } from "./trace-context.ts";
import {
  type ResolvedTracerOptions,
  resolveTracerOptions,
  type TracerOptions,
} from "./tracer-options.ts";

/** What became of the traces since the start. */
export interface TracerCounts {
  readonly started: number;
  readonly kept: number;
  /** Spans beyond the limit of their traces. */
  readonly droppedSpans: number;
}

/** Records what requests do, and keeps those that are worth it. */
export interface Tracer {
  /**
   * Begins a trace, or this process's part of one; it must be ended.
   *
   * @param caller the span in another process that asked for this
   * @param startMs on the monotonic clock of the tracer; now, where it is left out
   */
  startTrace(name: string, kind: SpanKind, caller?: TraceContext, startMs?: number): Span;
  /**
   * Begins a span; undefined where no trace is being recorded.
   *
   * @param parent the present span, where it is left out
   * @param startMs on the monotonic clock of the tracer; now, where it is left out
   */
  startSpan(name: string, kind: SpanKind, parent?: Span, startMs?: number): Span | undefined;
  /** The span in whose course this runs. */
  current(): Span | undefined;
  /** All that follows in this execution, and what it begins, is in the course of this span. */
  enter(span: Span): void;
  /** `work` and what it begins is in the course of this span. */
  run<Result>(span: Span, work: () => Result): Result;
  /** What a call out of this span carries along. */
  contextFor(span: Span): TraceContext;
  /** The last kept traces, oldest first. */
  kept(): readonly KeptTrace[];
  /** Calls with every trace that is kept from now on; returns what ends that. */
  onKept(listener: (trace: KeptTrace) => void): () => void;
  counts(): TracerCounts;
  /** Forgets the course of all running work; spans that run may still be ended. */
  close(): void;
}

/**
 * A tracer with tail sampling: every request is recorded, and when it has ended it is kept if it failed, was slow for
 * its route, or is one of a few.
 *
 * @throws StreamGateError `SG_TELEMETRY_BAD_TRACER_OPTION`
 * @example
 * ```ts
 * import { createTracer } from "@streamgate/telemetry/tracing";
 *
 * const tracer = createTracer({ alwaysSlowMs: 500 });
 * const trace = tracer.startTrace("nightly import", "internal");
 * await tracer.run(trace, async () => {
 *   const span = tracer.startSpan("read file", "internal");
 *   span?.end();
 * });
 * trace.end();
 * ```
 */
export function createTracer(options: TracerOptions = {}): Tracer {
  return new TailSamplingTracer(resolveTracerOptions(options));
}

class TailSamplingTracer implements Tracer, TraceKeeper {
  private readonly options: ResolvedTracerOptions;
  private readonly sampler: TailSampler;
  private readonly present = new AsyncLocalStorage<Span>();
  private readonly keptTraces: KeptTraces;
  private readonly listeners = new Set<(trace: KeptTrace) => void>();
  private startedCount = 0;
  private keptCount = 0;
  private droppedSpansCount = 0;

  constructor(options: ResolvedTracerOptions) {
    this.options = options;
    this.sampler = new TailSampler({ ...options.sampling, ...options });
    this.keptTraces = new KeptTraces(options.maxKeptTraces);
  }

  startTrace(
    name: string,
    kind: SpanKind,
    caller?: TraceContext,
    startMs: number = this.nowMs(),
  ): Span {
    this.startedCount += 1;
    const trace = new Trace(this, caller, caller?.flags ?? this.flagsOfOwn(startMs));
    const root = new Span(trace, undefined, name, kind, startMs);
    trace.begin(root);
    return root;
  }

  startSpan(
    name: string,
    kind: SpanKind,
    parent: Span | undefined = this.present.getStore(),
    startMs?: number,
  ): Span | undefined {
    if (parent === undefined) return undefined;
    const { trace } = parent;
    if (!trace.isOpen) return undefined;
    if (trace.spans.length + 1 >= this.options.maxSpansPerTrace) {
      trace.droppedSpans += 1;
      this.droppedSpansCount += 1;
      return undefined;
    }
    const span = new Span(trace, parent, name, kind, startMs ?? this.nowMs());
    trace.spans.push(span);
    return span;
  }

  current(): Span | undefined {
    return this.present.getStore();
  }

  enter(span: Span): void {
    this.present.enterWith(span);
  }

  run<Result>(span: Span, work: () => Result): Result {
    return this.present.run(span, work);
  }

  contextFor(span: Span): TraceContext {
    const { traceId, flags, caller } = span.trace;
    return { traceId, spanId: span.spanId, flags, state: caller?.state ?? "" };
  }

  kept(): readonly KeptTrace[] {
    return this.keptTraces.list();
  }

  onKept(listener: (trace: KeptTrace) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  counts(): TracerCounts {
    return {
      started: this.startedCount,
      kept: this.keptCount,
      droppedSpans: this.droppedSpansCount,
    };
  }

  close(): void {
    this.present.disable();
  }

  nowMs(): number {
    return this.options.clock.monotonicMs();
  }

  drawTraceId(): string {
    return drawTraceId(this.options.random);
  }

  drawSpanId(): string {
    return drawSpanId(this.options.random);
  }

  judge(trace: Trace, root: Span): void {
    const isSampled = (trace.flags & FLAG_SAMPLED) !== 0;
    const because = this.sampler.judge(
      {
        route: root.name,
        durationMs: root.endMs - root.startMs,
        hasFailed: root.hasFailed,
        hasFailedInside: trace.hasFailedInside,
        isSampledByCaller: isSampled && trace.caller !== undefined,
        wasChosen: isSampled && trace.caller === undefined,
      },
      root.endMs,
    );
    if (because === undefined) return;
    const { clock } = this.options;
    const wallOffsetMs = clock.now().getTime() - clock.monotonicMs();
    const kept = keepTrace(trace, root, because, wallOffsetMs);
    this.keptCount += 1;
    this.keptTraces.add(kept);
    for (const listener of this.listeners) tellQuietly(listener, kept);
  }

  /** Of a trace that begins here. */
  private flagsOfOwn(nowMs: number): number {
    return this.sampler.choose(nowMs) ? FLAG_RANDOM | FLAG_SAMPLED : FLAG_RANDOM;
  }
}

/** A listener that throws must not break the request whose end it is told of. */
function tellQuietly(listener: (trace: KeptTrace) => void, trace: KeptTrace): void {
  try {
    listener(trace);
  } catch {
    // It had its chance; the trace is in `kept()` all the same.
  }
}
