import type { IncomingMessage } from "node:http";
import type { HttpServerInstrument } from "./http-server.ts";
import { type Instrument, listen, type Watch } from "./watch.ts";

/** The little of a Fastify 5 instance that is needed. */
export interface FastifyLike {
  addHook(name: "onRequest", hook: OnRequest): unknown;
  addHook(name: "onError", hook: OnError): unknown;
}

interface RequestLike {
  readonly raw: IncomingMessage;
  readonly routeOptions: { readonly url?: string | undefined };
}
type OnRequest = (request: RequestLike, reply: unknown, done: () => void) => void;
type OnError = (request: RequestLike, reply: unknown, error: unknown, done: () => void) => void;

export interface FastifyInstrument extends Instrument {
  /** For an application that was made before the instrumentation began. */
  attach(app: FastifyLike): void;
}

/**
 * Names the routes of Fastify applications by a hook of its own, set before any other, so that what an early hook answers has its
 * route too. What handlers throw comes by Fastify's channel, as an error handler of the application may hide it from hooks.
 */
export function watchFastify(watch: Watch, server: HttpServerInstrument): FastifyInstrument {
  const attached = new WeakSet<FastifyLike>();
  const attach = (app: FastifyLike): void => {
    if (attached.has(app)) return;
    attached.add(app);
    app.addHook("onRequest", (request, _reply, done) => {
      server.nameRoute(request.raw, request.routeOptions.url ?? "");
      done();
    });
    app.addHook("onError", (request, _reply, error, done) => {
      server.blame(request.raw, error);
      done();
    });
  };
  const ends = [
    listen<{ readonly fastify: FastifyLike }>(watch, "fastify.initialization", ({ fastify }) =>
      attach(fastify),
    ),
    listen<{ readonly request: RequestLike; readonly error?: unknown }>(
      watch,
      "tracing:fastify.request.handler:error",
      ({ request, error }) => server.blame(request.raw, error),
    ),
  ];
  return {
    attach,
    stop: () => {
      for (const end of ends) end();
    },
  };
}
