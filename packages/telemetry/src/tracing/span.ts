import type { Trace } from "./trace.ts";

/** As OTLP numbers them. */
export const SPAN_KINDS = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;
export type SpanKind = keyof typeof SPAN_KINDS;

export type AttributeValue = string | number | boolean;
export type Attributes = Readonly<Record<string, AttributeValue>>;

const NO_ATTRIBUTES: Attributes = {};

/**
 * One piece of work of a trace. All spans have one shape and hold only what a look at the clock and
 * a pointer cost: ids are drawn when somebody asks for them, and attributes are made from `detail`
 * when the trace is kept, which most are not.
 */
export class Span {
  readonly trace: Trace;
  /** Undefined for the local root. */
  readonly parent: Span | undefined;
  name: string;
  readonly kind: SpanKind;
  /** On the tracer's monotonic clock. */
  readonly startMs: number;
  /** NaN while it runs. */
  endMs: number = Number.NaN;
  hasFailed = false;
  private id = "";
  private detail: unknown = undefined;
  private attributesOf: ((detail: never) => Attributes) | undefined = undefined;
  private own: Record<string, AttributeValue> | undefined = undefined;

  constructor(
    trace: Trace,
    parent: Span | undefined,
    name: string,
    kind: SpanKind,
    startMs: number,
  ) {
    this.trace = trace;
    this.parent = parent;
    this.name = name;
    this.kind = kind;
    this.startMs = startMs;
  }

  /** 16 hexadecimal digits, drawn at the first call. */
  get spanId(): string {
    if (this.id === "") this.id = this.trace.drawSpanId();
    return this.id;
  }

  get isEnded(): boolean {
    return !Number.isNaN(this.endMs);
  }

  /** Its attributes shall be made from `detail`, should the trace be kept. */
  describe<Detail>(detail: Detail, attributesOf: (detail: Detail) => Attributes): void {
    this.detail = detail;
    this.attributesOf = attributesOf;
  }

  /** An attribute that is known now. */
  set(name: string, value: AttributeValue): void {
    this.own ??= {};
    this.own[name] = value;
  }

  fail(): void {
    this.hasFailed = true;
    this.trace.hasFailedInside = true;
  }

  /**
   * Ends it; of the local root: decides whether the trace is kept. Later calls do nothing.
   *
   * @param endMs on the monotonic clock of the tracer; now, where it is left out
   */
  end(endMs?: number): void {
    if (this.isEnded) return;
    this.trace.end(this, endMs);
  }

  /** Lets go of what it was described by: whatever the request left running may hold the span for ever. */
  release(): void {
    this.detail = undefined;
    this.attributesOf = undefined;
  }

  /** What `describe` and `set` said; an error in it is told as an attribute. */
  attributes(): Attributes {
    if (this.attributesOf === undefined) return this.own ?? NO_ATTRIBUTES;
    try {
      return { ...this.attributesOf(this.detail as never), ...this.own };
    } catch {
      return { ...this.own, "streamgate.attributes": "could not be read" };
    }
  }
}
