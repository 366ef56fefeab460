import type { Attributes, Span } from "@streamgate/telemetry/tracing";
import { errorTypeOf, OperationTable } from "./operation-series.ts";
import { OwnCost, type Watch } from "./watch.ts";

/** Makes the calls of one database system. */
export class DatabaseCalls {
  readonly watch: Watch;
  readonly table: OperationTable;
  readonly cost: OwnCost;

  /** @param system `postgresql` or `redis` */
  constructor(watch: Watch, system: string) {
    this.watch = watch;
    this.table = new OperationTable(watch.registry, system);
    this.cost = new OwnCost(watch, system);
  }

  /** @param detail what the attributes of the span are made from, should its trace be kept */
  begin<Detail>(
    operation: string,
    detail: Detail,
    attributesOf: (detail: Detail) => Attributes,
  ): DatabaseCall {
    const begunMs = this.cost.begin();
    const startMs = this.watch.clock.monotonicMs();
    const span = this.watch.tracer?.startSpan(operation, "client", undefined, startMs);
    span?.describe(detail, attributesOf);
    const call = new DatabaseCall(this, operation, startMs, span);
    this.cost.end(begunMs);
    return call;
  }
}

/** One call of a database, from the call to its answer. */
export class DatabaseCall {
  private readonly calls: DatabaseCalls;
  private readonly operation: string;
  private readonly startMs: number;
  private readonly span: Span | undefined;
  private isOpen = true;

  constructor(calls: DatabaseCalls, operation: string, startMs: number, span: Span | undefined) {
    this.calls = calls;
    this.operation = operation;
    this.startMs = startMs;
    this.span = span;
  }

  succeed(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    const { watch, table, cost } = this.calls;
    const begunMs = cost.begin();
    const endMs = watch.clock.monotonicMs();
    table.record(this.operation, endMs - this.startMs);
    this.span?.end(endMs);
    cost.end(begunMs);
  }

  fail(error: unknown): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    const { watch, table } = this.calls;
    const endMs = watch.clock.monotonicMs();
    const errorType = errorTypeOf(error);
    table.recordFailed(this.operation, errorType, endMs - this.startMs);
    // Drivers put the caller's stack into the error on its way up.
    if (watch.failures !== undefined) setImmediate(() => watch.failures?.record(error));
    if (this.span === undefined) return;
    this.span.set("error.type", errorType);
    this.span.fail();
    this.span.end(endMs);
  }
}
