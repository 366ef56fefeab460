import { randomBytes } from "node:crypto";
import type { ApiClient, Problem } from "@streamgate/contract";
import { type Asset, readAssets, renderDashboard } from "@streamgate/dashboard";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Access } from "../access/access.ts";
import { sameSitePath } from "../access/same-site-path.ts";
import { goOnPage } from "../access/sign-in-page.ts";
import { answerOf, preferredEncoding, prepare } from "../api/answer.ts";
import { exchangeOf, sendProblem } from "../api/api-routes.ts";
import type { ApiCaller } from "../api/caller.ts";
import { problemOf } from "../api/problems.ts";
import { ApiRefusal, noSuchAddress } from "../api/refusal.ts";
import type { Platform } from "../platform/platform.ts";
import { apiForPages } from "./api-for-pages.ts";

export interface PagesOptions {
  readonly caller: ApiCaller;
  readonly access: Access;
  readonly platform: Platform;
  readonly onUnexpected: (error: unknown, requestId: string) => void;
}

const SERVICE_WORKER = "/service-worker.js";
const WORKER_POLICY = "default-src 'none'; connect-src 'self'";
const YEAR_SECONDS = 31_536_000;

/** Adds the dashboard: its assets, and every page, rendered here first. */
export async function addPages(app: FastifyInstance, options: PagesOptions): Promise<void> {
  const assets = await readAssets();
  for (const asset of assets)
    app.get(asset.path, (request, reply) => sendAsset(request, reply, asset));
  app.get("/*", async (request, reply) => {
    try {
      await sendPage(request, reply, options);
    } catch (error) {
      await sendProblem(request, reply, error, options.onUnexpected);
    }
    return reply;
  });
}

async function sendPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { caller, access, platform, onUnexpected }: PagesOptions,
): Promise<void> {
  const url = pageUrlOf(request);
  if (url.pathname.startsWith("/api/")) throw noSuchAddress(request.method, url.pathname);
  const nonce = randomBytes(16).toString("base64url");
  const principal = await access.gate.admit(request);
  if (principal === null) return askToSignIn(request, reply, nonce);
  const signal = AbortSignal.timeout(20_000);
  const tell = (error: unknown): Problem => {
    const problem = problemOf(error, request.id);
    if (problem.status >= 500 && !(error instanceof ApiRefusal)) onUnexpected(error, request.id);
    return problem;
  };
  const exchange = exchangeOf(access, request, reply);
  const api: ApiClient = apiForPages(caller, principal, signal, tell, exchange);
  const page = await renderDashboard({
    path: url.pathname,
    search: url.search,
    nonce,
    api,
    cookies: request.cookies,
    nowMs: platform.clock.now().getTime(),
  });
  const answer = await answerOf(page.status, "text/html; charset=utf-8", prepare(page.html), {
    ifNoneMatch: undefined,
    acceptEncoding: request.headers["accept-encoding"] as string | undefined,
  });
  await reply
    .code(answer.status)
    .headers({ ...answer.headers, ...pageHeaders(nonce), "cache-control": "no-store" })
    .send(answer.body);
}

/** @throws ApiRefusal 404 for what leads elsewhere: `//other.example/` */
function pageUrlOf({ method, url: path }: FastifyRequest): URL {
  const base = "http://page";
  if (!URL.canParse(path, base)) throw noSuchAddress(method, path);
  const url = new URL(path, base);
  if (url.origin !== base) throw noSuchAddress(method, path);
  return url;
}

/**
 * Whoever has not signed in does so first. What another site led to comes without the session's cookie: it comes once more from
 * here, then with it.
 */
async function askToSignIn(
  request: FastifyRequest,
  reply: FastifyReply,
  nonce: string,
): Promise<void> {
  const to = sameSitePath(request.url);
  reply.header("cache-control", "no-store");
  if (request.headers["sec-fetch-site"] === "cross-site") {
    await reply
      .type("text/html; charset=utf-8")
      .headers(pageHeaders(nonce))
      .send(goOnPage(nonce, to).toString());
    return;
  }
  const search = to === "/" ? "" : `?${new URLSearchParams({ to })}`;
  await reply.code(303).header("location", `/sign-in${search}`).send();
}

/** Only what this server itself sends may run, look or be asked; a statement's text can do nothing. */
function pageHeaders(nonce: string): Readonly<Record<string, string>> {
  return {
    "content-security-policy": `default-src 'none'; script-src 'self' 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'; img-src 'self' data:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
  };
}

async function sendAsset(
  request: FastifyRequest,
  reply: FastifyReply,
  { path, type, content, brotli, gzip, isHashed }: Asset,
): Promise<FastifyReply> {
  const encoding = preferredEncoding(request.headers["accept-encoding"] as string | undefined);
  const packed = encoding === "br" ? brotli : encoding === "gzip" ? gzip : undefined;
  if (packed !== undefined && encoding !== undefined) reply.header("content-encoding", encoding);
  // What a worker may ask for is said by the answer that it came in.
  if (path === SERVICE_WORKER) reply.header("content-security-policy", WORKER_POLICY);
  return reply
    .headers({
      "content-type": type,
      vary: "accept-encoding",
      "x-content-type-options": "nosniff",
      "cache-control": isHashed ? `public, max-age=${YEAR_SECONDS}, immutable` : "no-cache",
    })
    .send(packed ?? content);
}
