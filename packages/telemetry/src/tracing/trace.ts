import type { Span } from "./span.ts";
import type { TraceContext } from "./trace-context.ts";

/** What a trace asks of its tracer. */
export interface TraceKeeper {
  nowMs(): number;
  drawTraceId(): string;
  drawSpanId(): string;
  /** The local root has ended: keep the trace or let it go. */
  judge(trace: Trace, root: Span): void;
}

/** The part of a trace that happens in this process: one local root and what it called. */
export class Trace {
  /** The caller's span in another process. */
  readonly caller: TraceContext | undefined;
  /** As W3C has them; what calls out of here carry. */
  readonly flags: number;
  /** All but the root, in the order in which they began. */
  spans: Span[] = [];
  droppedSpans = 0;
  hasFailedInside = false;
  /** Until the root ends; spans that would begin later are not recorded. */
  isOpen = true;
  private readonly keeper: TraceKeeper;
  private root: Span | undefined = undefined;
  private id: string;

  constructor(keeper: TraceKeeper, caller: TraceContext | undefined, flags: number) {
    this.keeper = keeper;
    this.caller = caller;
    this.flags = flags;
    this.id = caller === undefined ? "" : caller.traceId;
  }

  /** 32 hexadecimal digits: the caller's, or drawn at the first call. */
  get traceId(): string {
    if (this.id === "") this.id = this.keeper.drawTraceId();
    return this.id;
  }

  begin(root: Span): void {
    this.root = root;
  }

  drawSpanId(): string {
    return this.keeper.drawSpanId();
  }

  end(span: Span, endMs: number = this.keeper.nowMs()): void {
    span.endMs = endMs;
    if (span !== this.root || !this.isOpen) return;
    this.isOpen = false;
    this.keeper.judge(this, span);
    span.release();
    this.spans = [];
    this.root = undefined;
  }
}
