import { errorMonitor } from "node:events";
import { Agent, type ClientRequest as NodeRequest } from "node:http";
import { wrapMethod } from "@streamgate/core";
import { OWN_REQUESTS } from "@streamgate/telemetry/otlp";
import { type ClientRequest, ClientRequests } from "./client-requests.ts";
import { type Instrument, listen, type Watch } from "./watch.ts";

/** A request of undici, which is what `fetch` makes. */
interface UndiciRequest {
  readonly method: string;
  readonly origin: string | URL;
  readonly path: string;
  readonly headers: unknown;
  addHeader?(name: string, value: string): unknown;
}

/**
 * Watches the requests that this process makes: those of undici and `fetch` by undici's channels, those of `node:http` and `node:https`
 * by a wrapper of `Agent.addRequest`, as the channels of Node.js 20 tell of a request only when its headers cannot be added to any more.
 */
export function watchHttpClient(watch: Watch): Instrument {
  const requests = new ClientRequests(watch);
  const ends = [...watchUndici(watch, requests), watchNodeHttp(watch, requests)];
  return {
    stop: () => {
      for (const end of ends) end();
    },
  };
}

function watchUndici(watch: Watch, requests: ClientRequests): readonly (() => void)[] {
  const running = new WeakMap<UndiciRequest, ClientRequest>();
  return [
    listen<{ readonly request: UndiciRequest }>(watch, "undici:request:create", ({ request }) => {
      const begun = requests.begin({
        method: request.method,
        host: hostOf(request.origin),
        path: withoutQuery(request.path),
      });
      running.set(request, begun);
      if (hasTraceparent(request.headers)) return;
      for (const [name, value] of requests.headersFor(begun)) request.addHeader?.(name, value);
    }),
    listen<{ readonly request: UndiciRequest; readonly response: { readonly statusCode: number } }>(
      watch,
      "undici:request:headers",
      ({ request, response }) => {
        const begun = running.get(request);
        if (begun !== undefined) begun.status = response.statusCode;
      },
    ),
    listen<{ readonly request: UndiciRequest }>(watch, "undici:request:trailers", ({ request }) =>
      running.get(request)?.end(),
    ),
    listen<{ readonly request: UndiciRequest; readonly error: unknown }>(
      watch,
      "undici:request:error",
      ({ request, error }) => running.get(request)?.end(error),
    ),
  ];
}

function watchNodeHttp(watch: Watch, requests: ClientRequests): () => void {
  return wrapMethod(Agent.prototype, "addRequest", (original, wrapping) => {
    return function addRequest(this: unknown, ...values: unknown[]): unknown {
      try {
        if (wrapping.isOn && !isOwnAgent(this)) follow(requests, values[0] as NodeRequest);
      } catch {
        watch.ownErrors.with("http-client").add(1);
      }
      return original.apply(this, values);
    };
  });
}

/** What telemetry itself sends is no request of the program. */
function isOwnAgent(agent: unknown): boolean {
  return typeof agent === "object" && agent !== null && OWN_REQUESTS in agent;
}

/** The `close` of a request comes once, after an answer, an error or an abort. */
function follow(requests: ClientRequests, request: NodeRequest): void {
  const begun = requests.begin({
    method: request.method,
    host: request.host,
    path: withoutQuery(request.path),
  });
  if (!request.headersSent && !request.hasHeader("traceparent")) {
    for (const [name, value] of requests.headersFor(begun)) request.setHeader(name, value);
  }
  request.prependOnceListener("response", ({ statusCode = 0 }) => {
    begun.status = statusCode;
  });
  // The monitor sees an error without handling it.
  request.once(errorMonitor, (error) => begun.end(error));
  request.once("close", () => begun.end());
}

function hostOf(origin: string | URL): string {
  const text = String(origin);
  return URL.canParse(text) ? new URL(text).hostname : "";
}

function withoutQuery(path: string): string {
  const [plain = ""] = path.split("?", 1);
  return plain;
}

/** Undici keeps headers as one list of names and values, or as one text. */
function hasTraceparent(headers: unknown): boolean {
  if (typeof headers === "string") return /^traceparent:/im.test(headers);
  if (!Array.isArray(headers)) return false;
  return headers.some((name) => typeof name === "string" && name.toLowerCase() === "traceparent");
}
