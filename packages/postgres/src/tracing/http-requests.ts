import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Courses, Exchange } from "./courses.ts";
import type { OpenRequest } from "./open-request.ts";

const REQUEST_START = "http.server.request.start";
const FASTIFY_HANDLER = {
  start: "tracing:fastify.request.handler:start",
  end: "tracing:fastify.request.handler:end",
} as const;

/** Opens and ends traced requests. */
export interface RequestBooks {
  readonly courses: Courses;
  /** Undefined for one that is not traced. */
  open(name: string): OpenRequest | undefined;
  finish(request: OpenRequest): void;
}

interface FastifyStart {
  readonly request?: { readonly raw?: IncomingMessage };
  readonly reply?: { readonly raw?: ServerResponse };
  readonly route?: { readonly url?: string; readonly method?: string };
}

/**
 * Makes a traced request of everything that node:http serves. Fastify tells the route of each by its channel, and Express by the
 * request itself; elsewhere numbers and ids in the path are taken out.
 *
 * @returns ends it
 */
export function followHttp(books: RequestBooks): () => void {
  const served = new WeakSet<IncomingMessage>();
  const onStart = (message: unknown): void => {
    const exchange = message as Exchange;
    const { request, response } = exchange;
    served.add(request);
    const open = books.open(nameOf(request));
    if (open === undefined) return;
    books.courses.enter(open, exchange);
    response.once("close", () => {
      open.name = expressName(request) ?? open.name;
      books.finish(open);
    });
  };
  // `inject` serves without a socket, so that there is no start of a request to hear of.
  const onHandler = (message: unknown): OpenRequest | undefined => {
    const started = message as FastifyStart;
    const current = books.courses.current();
    const raw = started.request?.raw;
    const open =
      current?.isOpen === true || (raw !== undefined && served.has(raw))
        ? current
        : injected(books, started);
    if (open?.isHttp === true) open.name = fastifyName(started) ?? open.name;
    return open;
  };
  subscribe(REQUEST_START, onStart);
  const leaveHandlers = books.courses.enterBetween(FASTIFY_HANDLER, onHandler);
  return () => {
    unsubscribe(REQUEST_START, onStart);
    leaveHandlers();
  };
}

function fastifyName({ route, request }: FastifyStart): string | undefined {
  if (route?.url === undefined) return undefined;
  return `${request?.raw?.method ?? route.method ?? ""} ${route.url}`.trim();
}

function injected(books: RequestBooks, { request, reply }: FastifyStart): OpenRequest | undefined {
  const open = books.open(request?.raw === undefined ? "request" : nameOf(request.raw));
  if (open === undefined) return undefined;
  const finish = (): void => books.finish(open);
  reply?.raw?.once("finish", finish);
  reply?.raw?.once("close", finish);
  return open;
}

function nameOf({ method, url }: IncomingMessage): string {
  return `${method ?? ""} ${routeOfPath(url ?? "")}`.trim();
}

/** Express leaves the route on the request. */
function expressName(request: IncomingMessage): string | undefined {
  const route: unknown = Reflect.get(request, "route");
  if (typeof route !== "object" || route === null) return undefined;
  const path: unknown = Reflect.get(route, "path");
  const base: unknown = Reflect.get(request, "baseUrl");
  if (typeof path !== "string") return undefined;
  return `${request.method ?? ""} ${typeof base === "string" ? base : ""}${path}`;
}

const LONGEST_ROUTE = 200;
const ID = /^(?:\d+|[\da-f]{8}-[\da-f-]{27}|[\da-f]{16,}|.*\d.*\d.*\d.*|.{40,})$/i;

/** `/users/42?x=1` → `/users/:id`. */
function routeOfPath(url: string): string {
  const [path = ""] = url.split("?", 1);
  return path
    .split("/")
    .map((segment) => (ID.test(segment) ? ":id" : segment))
    .join("/")
    .slice(0, LONGEST_ROUTE);
}
