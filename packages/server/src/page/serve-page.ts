import { readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { noFreePort } from "../errors.ts";
import { redactDeeply } from "../secrets/redact.ts";
import type { PageState } from "./page-state.ts";
import { renderLive, renderPage } from "./render-page.ts";
import { addRunbooks } from "./runbooks.ts";

export interface PageOptions {
  /** The first port to try. @default 4600 */
  readonly port?: number;
  /** What to show at this moment. */
  readonly readState: () => PageState;
}

/** The page while it is served. */
export interface ServedPage {
  readonly url: string;
  /** Tells every open page that the state has changed. */
  readonly changed: () => void;
  close(): Promise<void>;
}

export const DEFAULT_PORT = 4600;
const PORTS_TO_TRY = 50;
const HOST = "127.0.0.1";
const HEARTBEAT_MS = 15_000;
/** Changes that come sooner are told together. */
const LEAST_MS_BETWEEN = 250;

/** Only what this server itself sends may run, look or be asked; a statement's text can do nothing. */
const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
} as const;

const ASSETS = {
  "page.css": "text/css; charset=utf-8",
  "live.js": "text/javascript; charset=utf-8",
  "mark.svg": "image/svg+xml",
} as const;

/** Serves the page on the loopback address; a taken port is passed over for the next. */
export async function servePage({
  port = DEFAULT_PORT,
  readState,
}: PageOptions): Promise<ServedPage> {
  const app = Fastify({ forceCloseConnections: true });
  const listeners = new Set<ServerResponse>();
  app.addHook("onRequest", refuseStrangeHosts);
  app.addHook("onSend", async (_request, reply) => void reply.headers(HEADERS));
  addRoutes(app, readState, listeners);
  await addAssets(app);
  await addRunbooks(app);
  const chosen = await listenOnFreePort(app, port);
  const heartbeat = setInterval(() => send(listeners, ": still here\n\n"), HEARTBEAT_MS);
  heartbeat.unref();
  let timer: NodeJS.Timeout | undefined;
  return {
    url: `http://${HOST}:${chosen}/`,
    changed: () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        send(listeners, "event: changed\ndata: \n\n");
      }, LEAST_MS_BETWEEN).unref();
    },
    close: async () => {
      clearInterval(heartbeat);
      clearTimeout(timer);
      for (const listener of listeners) listener.end();
      await app.close();
    },
  };
}

function addRoutes(
  app: FastifyInstance,
  readState: () => PageState,
  listeners: Set<ServerResponse>,
): void {
  app.get("/", async (_request, reply) =>
    asHtml(reply).send(renderPage(redactDeeply(readState())).toString()),
  );
  app.get("/fragment", async (_request, reply) =>
    asHtml(reply).send(renderLive(redactDeeply(readState())).toString()),
  );
  app.get("/api/v1/state", async (_request, reply) =>
    reply.header("cache-control", "no-store").send(redactDeeply(readState())),
  );
  app.get("/healthz", async () => ({ status: "ok" }));
  app.get("/events", (request, reply) => {
    reply.hijack();
    const response = reply.raw;
    response.writeHead(200, {
      ...HEADERS,
      "content-type": "text/event-stream",
      "cache-control": "no-store",
    });
    response.write("retry: 2000\nevent: changed\ndata: \n\n");
    listeners.add(response);
    request.raw.on("close", () => listeners.delete(response));
  });
}

async function addAssets(app: FastifyInstance): Promise<void> {
  for (const [name, type] of Object.entries(ASSETS)) {
    const content = await readFile(new URL(`./assets/${name}`, import.meta.url));
    app.get(`/assets/${name}`, async (_request, reply) =>
      reply.header("content-type", type).header("cache-control", "max-age=60").send(content),
    );
  }
}

/** Another site's name that was made to point here (DNS rebinding) must not read the page. */
async function refuseStrangeHosts(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const host = request.headers.host?.replace(/:\d+$/, "");
  if (host === HOST || host === "localhost" || host === "[::1]") return;
  await reply.code(421).type("text/plain").send("This page answers to 127.0.0.1 and localhost.");
}

async function listenOnFreePort(app: FastifyInstance, first: number): Promise<number> {
  const last = Math.min(65_535, first + PORTS_TO_TRY - 1);
  for (let port = first; port <= last; port += 1) {
    try {
      await app.listen({ port, host: HOST });
      const address = app.server.address();
      return typeof address === "object" && address !== null ? address.port : port;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
    }
  }
  throw noFreePort(first, last);
}

function asHtml(reply: FastifyReply): FastifyReply {
  return reply.type("text/html; charset=utf-8").header("cache-control", "no-store");
}

function send(listeners: ReadonlySet<ServerResponse>, text: string): void {
  for (const listener of listeners) listener.write(text);
}
