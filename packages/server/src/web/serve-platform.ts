import { randomUUID } from "node:crypto";
import cookie from "@fastify/cookie";
import { messageOf } from "@streamgate/core";
import Fastify, { type FastifyInstance } from "fastify";
import { accessOf } from "../access/access.ts";
import { SECURITY_HEADERS } from "../access/security-headers.ts";
import { addSignInRoutes } from "../access/sign-in-routes.ts";
import { allHandlers } from "../api/all-handlers.ts";
import { addApiRoutes, sendProblem } from "../api/api-routes.ts";
import { noSuchAddress } from "../api/refusal.ts";
import type { Platform } from "../platform/platform.ts";
import { addProofPage } from "../proof-view/page/proof-page-route.ts";
import { redact } from "../secrets/redact.ts";
import { addEvents } from "./events.ts";
import { guardRequests } from "./guard-requests.ts";
import { addHealthRoutes } from "./health-routes.ts";
import { listenOnFreePort } from "./listen.ts";
import { addMetricsRoute } from "./metrics-route.ts";
import { addPages } from "./pages.ts";
import { addRunbooks } from "./runbooks.ts";
import { MOST_CONNECTIONS, MOST_HEADERS, SERVER_LIMITS } from "./server-limits.ts";

/** The HTTP API and the dashboard while they are served. */
export interface ServedPlatform {
  readonly url: string;
  close(): Promise<void>;
}

const CLOSE_WITHIN_MS = 3_000;

/**
 * Serves the platform's HTTP API and its pages, and tells the first token of a store that has never had one.
 *
 * @throws StreamGateError `SG_SERVER_OPEN_BEYOND_LOOPBACK`, `SG_SERVER_NO_TOKEN`
 */
export async function servePlatform(platform: Platform): Promise<ServedPlatform> {
  const { host, port, isOpen, trustedProxies = [] } = platform.configuration().access;
  const access = accessOf(platform);
  await access.refuseUnsafeListening();
  const onUnexpected = (error: unknown, requestId: string): void =>
    platform.log(`request ${requestId}: ${redact(reasonOf(error))}`);
  const app = Fastify({
    ...SERVER_LIMITS,
    // Who waits for an answer gets it; whoever only keeps a connection open is let go.
    forceCloseConnections: "idle",
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    genReqId: () => randomUUID(),
    frameworkErrors: (error, request, reply) => {
      reply.headers(SECURITY_HEADERS);
      void sendProblem(request, reply, error, onUnexpected);
    },
  });
  app.server.maxConnections = MOST_CONNECTIONS;
  app.server.maxHeadersCount = MOST_HEADERS;
  guardRequests(app, access, onUnexpected);
  await app.register(cookie);
  const { gate } = access;
  const handlers = allHandlers(platform, access);
  const caller = await addApiRoutes(app, {
    handlers,
    access,
    live: platform.live,
    onUnexpected,
  });
  addHealthRoutes(app, platform);
  addMetricsRoute(app, { platform, gate, onUnexpected });
  addEvents(app, platform.live, gate, onUnexpected);
  addProofPage(app, { caller, gate, onUnexpected });
  await addSignInRoutes(app, access, onUnexpected);
  await addRunbooks(app);
  await addPages(app, { caller, access, platform, onUnexpected });
  handleTheRest(app, onUnexpected);
  const chosen = await listenOnFreePort(app, host, port);
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${chosen}/`;
  try {
    if (!isOpen) await access.tellFirstToken((token) => platform.log(firstTokenText(token, url)));
  } catch (error) {
    await app.close();
    throw error;
  }
  return { url, close: () => closeWithin(app, CLOSE_WITHIN_MS) };
}

function firstTokenText(token: string, url: string): string {
  return `This is the first token, shown this once: ${token}\nSign in with it at ${url}sign-in`;
}

/** Requests that are under way are answered, as long as patience lasts. */
async function closeWithin(app: FastifyInstance, patienceMs: number): Promise<void> {
  const timer = setTimeout(() => app.server.closeAllConnections(), patienceMs);
  try {
    await app.close();
  } finally {
    clearTimeout(timer);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? messageOf(error)) : String(error);
}

function handleTheRest(
  app: FastifyInstance,
  onUnexpected: (error: unknown, requestId: string) => void,
): void {
  app.setNotFoundHandler((request, reply) =>
    sendProblem(request, reply, noSuchAddress(request.method, request.url), onUnexpected),
  );
  app.setErrorHandler((error, request, reply) => sendProblem(request, reply, error, onUnexpected));
}
