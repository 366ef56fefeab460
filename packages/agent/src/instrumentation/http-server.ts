import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import {
  type Attributes,
  parseTraceContext,
  type Span,
  type TraceContext,
} from "@streamgate/telemetry/tracing";
import { RouteTable } from "./route-series.ts";
import { type Instrument, listen, OwnCost, type Watch } from "./watch.ts";

/** Published by Node.js when the head of a request was read. */
interface RequestStart {
  readonly request: Tagged<IncomingMessage>;
  readonly response: Tagged<ServerResponse>;
  readonly socket: Tagged<Socket>;
}

/** One instrumentation's own mark on the objects of a request, so that two do not meet. */
type Tagged<Holder> = Holder & { [mark: symbol]: ServedRequest | undefined };

/** A request from its head to the end of its answer. */
interface ServedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Tagged<Socket>;
  readonly startMs: number;
  readonly span: Span | undefined;
  route: string;
  /** What a handler threw, until it is known whether the answer tells of a failure. */
  error: unknown;
  isOpen: boolean;
  /** The requests that came over its connection before this one was answered, this one among them. */
  pipeline: Set<ServedRequest> | undefined;
}

export interface HttpServerInstrument extends Instrument {
  nameRoute(request: IncomingMessage, route: string): void;
  /** What a handler threw; counted as a failure if the answer is a 5xx. */
  blame(request: IncomingMessage, error: unknown): void;
  /** As if it had not come. */
  ignore(request: IncomingMessage): void;
}

const FIRST_SERVER_ERROR = 500;
const REQUEST_START = "http.server.request.start";

/**
 * Watches what every `node:http` server of this process serves. A request begins with Node's own channel and ends with the `close` of
 * its response, which comes once, whether the answer was finished or broken off.
 */
export function watchHttpServer(watch: Watch): HttpServerInstrument {
  const server = new HttpServer(watch);
  const ends = [
    listen<RequestStart>(watch, REQUEST_START, (message) => server.begin(message)),
    server.showActive(),
  ];
  return {
    nameRoute: (request, route) => server.nameRoute(request as Tagged<IncomingMessage>, route),
    blame: (request, error) => server.blame(request as Tagged<IncomingMessage>, error),
    ignore: (request) => server.ignore(request as Tagged<IncomingMessage>),
    stop: () => {
      for (const end of ends) end();
    },
  };
}

class HttpServer {
  private readonly watch: Watch;
  private readonly routes: RouteTable;
  private readonly cost: OwnCost;
  private readonly mark = Symbol("served request");
  private readonly onClose: (this: Tagged<ServerResponse>) => void;
  private active = 0;

  constructor(watch: Watch) {
    this.watch = watch;
    this.routes = new RouteTable(watch.registry);
    this.cost = new OwnCost(watch, "http-server");
    const { mark } = this;
    const finish = (served: ServedRequest | undefined): void => this.finish(served);
    this.onClose = function onClose() {
      finish(this[mark]);
    };
  }

  begin(message: RequestStart): void {
    const begunMs = this.cost.begin();
    this.open(message);
    this.cost.end(begunMs);
  }

  nameRoute(request: Tagged<IncomingMessage>, route: string): void {
    const served = request[this.mark];
    if (served !== undefined) served.route = route;
  }

  blame(request: Tagged<IncomingMessage>, error: unknown): void {
    const served = request[this.mark];
    if (served !== undefined) served.error ??= error;
  }

  /** It is no longer open, so that its end is not recorded, and its span, never ended, is forgotten. */
  ignore(request: Tagged<IncomingMessage>): void {
    const served = request[this.mark];
    if (served?.isOpen !== true) return;
    served.isOpen = false;
    this.active -= 1;
  }

  showActive(): () => void {
    const gauge = this.watch.registry
      .gauge({
        name: "http_server_active_requests",
        help: "Requests whose answer has not ended.",
      })
      .with();
    return this.watch.registry.onCollect(() => gauge.set(this.active));
  }

  private open({ request, response, socket }: RequestStart): void {
    const { tracer, clock } = this.watch;
    const startMs = clock.monotonicMs();
    const span = tracer?.startTrace(request.method ?? "", "server", callerOf(request), startMs);
    const served: ServedRequest = {
      request,
      response,
      socket,
      startMs,
      span,
      route: "",
      error: undefined,
      isOpen: true,
      pipeline: undefined,
    };
    this.active += 1;
    request[this.mark] = served;
    response[this.mark] = served;
    response.on("close", this.onClose);
    this.followOnSocket(socket, served);
    if (span === undefined) return;
    span.describe(served, attributesOf);
    tracer?.enter(span);
  }

  /** A pipelined response that still waits for its turn when the connection breaks gets no `close` of its own. */
  private followOnSocket(socket: Tagged<Socket>, served: ServedRequest): void {
    const before = socket[this.mark];
    socket[this.mark] = served;
    if (before?.isOpen !== true) return;
    served.pipeline = before.pipeline ?? this.followPipeline(socket);
    served.pipeline.add(served);
  }

  private followPipeline(socket: Socket): Set<ServedRequest> {
    const pipeline = new Set<ServedRequest>();
    socket.once("close", () => {
      for (const served of pipeline) this.finish(served);
    });
    return pipeline;
  }

  private finish(served: ServedRequest | undefined): void {
    if (served?.isOpen !== true) return;
    served.isOpen = false;
    this.active -= 1;
    const { socket, pipeline } = served;
    if (socket[this.mark] === served) socket[this.mark] = undefined;
    pipeline?.delete(served);
    try {
      const begunMs = this.cost.begin();
      this.record(served);
      this.cost.end(begunMs);
    } catch {
      this.watch.ownErrors.with(REQUEST_START).add(1);
    }
  }

  private record(served: ServedRequest): void {
    const { span, startMs, request, response, error } = served;
    const endMs = this.watch.clock.monotonicMs();
    const status = response.headersSent ? response.statusCode : 0;
    const series = this.routes.find(request.method ?? "", served.route);
    series.withStatus(status).record((endMs - startMs) / 1_000);
    const hasFailed = status >= FIRST_SERVER_ERROR;
    if (hasFailed && error !== undefined) this.watch.failures?.record(error);
    if (span === undefined) return;
    span.name = series.spanName;
    if (hasFailed) span.fail();
    span.end(endMs);
  }
}

function callerOf({ headers }: IncomingMessage): TraceContext | undefined {
  const { traceparent, tracestate } = headers;
  if (typeof traceparent !== "string") return undefined;
  return parseTraceContext(traceparent, typeof tracestate === "string" ? tracestate : undefined);
}

/** By OpenTelemetry's names; the query of the address is left out, as it may hold what is secret. */
function attributesOf({ request, response, route }: ServedRequest): Attributes {
  const [path = ""] = (request.url ?? "").split("?", 1);
  return {
    "http.request.method": request.method ?? "",
    "url.path": path,
    ...(route === "" ? {} : { "http.route": route }),
    ...(response.headersSent ? { "http.response.status_code": response.statusCode } : {}),
    ...(response.writableFinished ? {} : { "streamgate.aborted": true }),
  };
}
