import type { Histogram } from "@streamgate/telemetry";
import { type Attributes, formatTraceparent, type Span } from "@streamgate/telemetry/tracing";
import { standardMethod } from "./route-series.ts";
import type { Watch } from "./watch.ts";

/** A request that this process makes, as far as it is told. */
export interface ClientRequestDetail {
  readonly method: string;
  /** Name or address, without the port. */
  readonly host: string;
  /** Without the query. */
  readonly path: string;
}

/** Makes and ends the figures and spans of requests that this process makes, by whatever library. */
export class ClientRequests {
  private readonly watch: Watch;
  private readonly durations: Histogram<
    readonly ["http_request_method", "server_address", "http_response_status_code"]
  >;

  constructor(watch: Watch) {
    this.watch = watch;
    this.durations = watch.registry.histogram({
      name: "http_client_request_duration_seconds",
      help: "Time from sending a request to the end of its answer; without a status where there was no answer.",
      unit: "seconds",
      labelNames: ["http_request_method", "server_address", "http_response_status_code"],
    });
  }

  begin(detail: ClientRequestDetail): ClientRequest {
    const startMs = this.watch.clock.monotonicMs();
    const { tracer } = this.watch;
    const course = tracer?.current();
    const span = tracer?.startSpan(detail.method, "client", course, startMs);
    span?.describe(detail, attributesOf);
    return new ClientRequest(this, detail, startMs, span, course);
  }

  /** The headers that carry the trace along; none where no trace is recorded. */
  headersFor(request: ClientRequest): readonly (readonly [name: string, value: string])[] {
    const span = request.span ?? request.course;
    const { tracer } = this.watch;
    if (span === undefined || tracer === undefined || !span.trace.isOpen) return [];
    const context = tracer.contextFor(span);
    const traceparent = ["traceparent", formatTraceparent(context)] as const;
    return context.state === "" ? [traceparent] : [traceparent, ["tracestate", context.state]];
  }

  end(request: ClientRequest, status: number, error: unknown): void {
    const { detail, startMs, span } = request;
    const endMs = this.watch.clock.monotonicMs();
    this.durations
      .with(standardMethod(detail.method), detail.host, status === 0 ? "" : String(status))
      .record((endMs - startMs) / 1_000);
    if (error !== undefined) this.watch.failures?.record(error);
    if (span === undefined) return;
    if (status !== 0) span.set("http.response.status_code", status);
    if (status === 0 || status >= FIRST_ERROR) span.fail();
    span.end(endMs);
  }
}

/** To a caller any 4xx is a failure of the call. */
const FIRST_ERROR = 400;

/** One request until its end, which counts once. */
export class ClientRequest {
  readonly detail: ClientRequestDetail;
  readonly startMs: number;
  readonly span: Span | undefined;
  /** The span in whose course it was made. */
  readonly course: Span | undefined;
  /** 0 until an answer begins. */
  status = 0;
  private readonly requests: ClientRequests;
  private isOpen = true;

  constructor(
    requests: ClientRequests,
    detail: ClientRequestDetail,
    startMs: number,
    span: Span | undefined,
    course: Span | undefined,
  ) {
    this.requests = requests;
    this.detail = detail;
    this.startMs = startMs;
    this.span = span;
    this.course = course;
  }

  /** @param error why there is no whole answer */
  end(error?: unknown): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.requests.end(this, this.status, error);
  }
}

function attributesOf({ method, host, path }: ClientRequestDetail): Attributes {
  return { "http.request.method": method, "server.address": host, "url.path": path };
}
