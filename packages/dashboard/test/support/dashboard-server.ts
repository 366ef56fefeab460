import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { brotliCompressSync, constants } from "node:zlib";
import {
  type ApiClient,
  ApiProblem,
  type LiveEvent,
  OPERATIONS,
  type OperationId,
} from "@streamgate/contract";
import { type Asset, readAssets, renderDashboard } from "@streamgate/dashboard";
import { NOW_MS } from "../fixtures/clock.ts";

/** The dashboard over a fixture API, as `packages/server` serves it: same documents, same headers, same addresses. */
export interface DashboardServer {
  readonly url: string;
  /** Sends an event to every page that listens. */
  tell(event: LiveEvent): void;
  /** Requests that came, as `GET /api/v1/now`. */
  readonly requests: readonly string[];
  /** From now on every request fails, as if the server were gone, until it is called with false. */
  setGone(isGone: boolean): void;
  /** Serves another service worker, as another build would. */
  setBuild(name: string): void;
  /** How many pages listen. */
  readonly listeners: number;
  close(): Promise<void>;
}

/** What whoever has not signed in may call. */
const OPEN: ReadonlySet<OperationId> = new Set([
  "getHealth",
  "getReadiness",
  "getSession",
  "signIn",
  "signOut",
]);

export interface DashboardServerOptions {
  readonly api: ApiClient;
  /** @default signed in */
  readonly isSignedIn?: () => boolean;
  /** @default that of the fixtures */
  readonly nowMs?: () => number;
  readonly port?: number;
}

export async function startDashboardServer(
  options: DashboardServerOptions,
): Promise<DashboardServer> {
  const assets = new Map((await readAssets()).map((asset) => [asset.path, asset]));
  const listeners = new Set<ServerResponse>();
  const requests: string[] = [];
  let isGone = false;
  let build = "";
  let eventNumber = 0;
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://page");
    requests.push(`${request.method} ${url.pathname}${url.search}`);
    if (isGone) return void request.socket.destroy();
    if (url.pathname === "/api/v1/events") return listen(response, listeners);
    if (url.pathname === "/service-worker.js" && build !== "") {
      const program = String(assets.get(url.pathname)?.content);
      return void response
        .writeHead(200, { "content-type": "text/javascript", "cache-control": "no-cache" })
        .end(`${program}\n// ${build}`);
    }
    if (url.pathname === "/sign-in")
      return void response.end("<!doctype html><title>Sign in</title>");
    const asset = assets.get(url.pathname);
    const answered =
      asset !== undefined
        ? sendAsset(response, asset)
        : url.pathname.startsWith("/api/v1/")
          ? sendOperation(request, response, url, options)
          : sendPage(request, response, url, options);
    void answered.catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    tell: ({ kind, ...data }) => {
      eventNumber += 1;
      const text = `id: t-${eventNumber}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
      for (const listener of listeners) listener.write(text);
    },
    setBuild: (name) => {
      build = name;
    },
    setGone: (gone) => {
      isGone = gone;
      if (gone) server.closeAllConnections();
    },
    get listeners() {
      return listeners.size;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function listen(response: ServerResponse, listeners: Set<ServerResponse>): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write("retry: 200\n\n");
  listeners.add(response);
  response.on("close", () => listeners.delete(response));
}

async function sendAsset(response: ServerResponse, asset: Asset): Promise<void> {
  response
    .writeHead(200, {
      "content-type": asset.type,
      ...(asset.brotli === undefined ? {} : { "content-encoding": "br" }),
      "cache-control": asset.isHashed ? "public, max-age=31536000, immutable" : "no-cache",
    })
    .end(asset.brotli ?? asset.content);
}

async function sendOperation(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  { api, isSignedIn }: DashboardServerOptions,
): Promise<void> {
  const found = operationOf(request.method ?? "GET", url.pathname.slice("/api/v1".length));
  const sendJson = (status: number, content: unknown): void =>
    void response
      .writeHead(status, { "content-type": "application/json" })
      .end(JSON.stringify(content));
  if (found === undefined)
    return sendJson(404, { title: "no such operation", detail: url.pathname });
  if (isSignedIn?.() === false && !OPEN.has(found.id))
    return sendJson(401, { title: "nobody is signed in", detail: "", status: 401 });
  const text = await textOf(request);
  try {
    const result = await api.call(found.id, {
      parameters: found.parameters,
      query: Object.fromEntries(url.searchParams),
      ...(text === "" ? {} : { body: JSON.parse(text) as unknown }),
    } as never);
    sendJson(200, result);
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    sendJson(error.status, error.problem);
  }
}

function operationOf(
  method: string,
  path: string,
): { readonly id: OperationId; readonly parameters: Readonly<Record<string, string>> } | undefined {
  // As the server does: a name before a parameter, so that /queries/statistics is no fingerprint.
  const operations = Object.entries(OPERATIONS).toSorted(
    ([, one], [, other]) => one.path.split(":").length - other.path.split(":").length,
  );
  for (const [id, facts] of operations) {
    if (facts.method !== method) continue;
    const pattern = new RegExp(`^${facts.path.replaceAll(/:(\w+)/g, "(?<$1>[^/]+)")}$`);
    const match = pattern.exec(path);
    if (match === null) continue;
    const parameters = Object.fromEntries(
      Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
    return { id: id as OperationId, parameters };
  }
  return undefined;
}

async function sendPage(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  { api, isSignedIn, nowMs }: DashboardServerOptions,
): Promise<void> {
  if (isSignedIn?.() === false) {
    response.writeHead(303, { location: "/sign-in" }).end();
    return;
  }
  const nonce = randomBytes(16).toString("base64url");
  const { status, html } = await renderDashboard({
    path: url.pathname,
    search: url.search,
    nonce,
    api,
    cookies: cookiesOf(request.headers.cookie ?? ""),
    nowMs: nowMs?.() ?? NOW_MS,
  });
  const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
  response
    .writeHead(status, {
      "content-type": "text/html; charset=utf-8",
      "content-encoding": "br",
      "cache-control": "no-store",
      "content-security-policy": `default-src 'none'; script-src 'self' 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
    })
    .end(brotliCompressSync(html, quality));
}

function cookiesOf(header: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    header
      .split("; ")
      .filter((part) => part.includes("="))
      .map((part) => [
        part.slice(0, part.indexOf("=")),
        decodeURIComponent(part.slice(part.indexOf("=") + 1)),
      ]),
  );
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}
