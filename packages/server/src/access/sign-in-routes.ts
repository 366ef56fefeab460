import { randomBytes } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { sendProblem } from "../api/api-routes.ts";
import { problemOf } from "../api/problems.ts";
import { ApiRefusal, noSuchAddress } from "../api/refusal.ts";
import type { Html } from "../web/html.ts";
import type { Access } from "./access.ts";
import { cookieName, cookieText, isSameText } from "./cookies.ts";
import { fromElsewhere } from "./errors.ts";
import { OPENID_CALLBACK, OPENID_PATIENCE_MS } from "./openid-sign-in.ts";
import { sameSitePath } from "./same-site-path.ts";
import { goOnPage, signInPage } from "./sign-in-page.ts";
import { type Visitor, visitorOf } from "./visitor.ts";

type OnUnexpected = (error: unknown, requestId: string) => void;

const FORM_COOKIE = "streamgate_form";
const OPENID_COOKIE = "streamgate_openid";
const FORM_MINUTES = 60;
const LARGEST_FORM = 8_000;

/** Adds the pages by which browsers sign in. */
export async function addSignInRoutes(
  app: FastifyInstance,
  access: Access,
  onUnexpected: OnUnexpected,
): Promise<void> {
  // Forms are understood here and nowhere else.
  await app.register(async (scope) => {
    scope.addContentTypeParser(
      "application/x-www-form-urlencoded",
      { parseAs: "string", bodyLimit: LARGEST_FORM },
      async (_: FastifyRequest, text: string) => new URLSearchParams(text),
    );
    const answer =
      (work: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>) =>
      async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
        try {
          await work(request, reply);
        } catch (error) {
          await sendProblem(request, reply, error, onUnexpected);
        }
        return reply;
      };
    scope.get(
      "/sign-in",
      answer((request, reply) => showForm(access, request, reply, 200, toOf(request), null)),
    );
    scope.post(
      "/sign-in",
      answer((request, reply) => takeForm(access, request, reply, onUnexpected)),
    );
    scope.get(
      "/sign-in/openid",
      answer((request, reply) => leave(access, request, reply)),
    );
    scope.get(
      OPENID_CALLBACK,
      answer((request, reply) => comeBack(access, request, reply)),
    );
  });
}

async function takeForm(
  access: Access,
  request: FastifyRequest,
  reply: FastifyReply,
  onUnexpected: OnUnexpected,
): Promise<void> {
  const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
  const to = sameSitePath(form.get("to") ?? "/");
  const visitor = visitorOf(request, access.configuration());
  try {
    refuseForeignForm(visitor, form.get("form"));
    const { cookie } = await access.signIn.withToken(form.get("token") ?? "", visitor);
    await reply
      .code(303)
      .header("set-cookie", cookie)
      .headers({ location: to, "cache-control": "no-store" })
      .send();
  } catch (error) {
    const problem = problemOf(error, request.id);
    if (problem.status >= 500) onUnexpected(error, request.id);
    if (error instanceof ApiRefusal) reply.headers(error.headers);
    const text = `${problem.detail}: ${problem.remedy}.`;
    await showForm(access, request, reply, problem.status, to, text);
  }
}

/** A page of another site can neither read the cookie nor the form (double submit). */
function refuseForeignForm({ cookies, isEncrypted }: Visitor, formToken: string | null): void {
  const kept = cookies[cookieName(FORM_COOKIE, isEncrypted)];
  if (kept === undefined || kept === "" || !isSameText(formToken ?? undefined, kept))
    throw fromElsewhere("the form is too old, or this browser keeps no cookies");
}

async function showForm(
  access: Access,
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  to: string,
  problem: string | null,
): Promise<void> {
  const { isEncrypted } = visitorOf(request, access.configuration());
  const formToken = randomBytes(24).toString("base64url");
  const nonce = randomBytes(16).toString("base64url");
  reply.header(
    "set-cookie",
    cookieText({
      name: FORM_COOKIE,
      value: formToken,
      maxAgeSeconds: FORM_MINUTES * 60,
      sameSite: "Strict",
      isEncrypted,
    }),
  );
  const singleSignOnUrl = access.singleSignOnUrl();
  const page = signInPage({ nonce, formToken, to, singleSignOnUrl, problem });
  await sendPage(reply, status, nonce, page);
}

async function leave(access: Access, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { openId } = access.configuration();
  if (openId === undefined) throw noSuchAddress(request.method, "/sign-in/openid");
  const visitor = visitorOf(request, access.configuration());
  access.signIn.count(visitor);
  const { url, memo } = await access.openId.begin(openId, toOf(request));
  const cookie = cookieText({
    name: OPENID_COOKIE,
    value: memo,
    maxAgeSeconds: OPENID_PATIENCE_MS / 1_000,
    // The issuer leads back from another site.
    sameSite: "Lax",
    isEncrypted: visitor.isEncrypted,
  });
  await reply
    .code(303)
    .header("set-cookie", cookie)
    .headers({ location: url, "cache-control": "no-store" })
    .send();
}

async function comeBack(
  access: Access,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { openId } = access.configuration();
  if (openId === undefined) throw noSuchAddress(request.method, OPENID_CALLBACK);
  const visitor = visitorOf(request, access.configuration());
  access.signIn.count(visitor);
  const { isEncrypted } = visitor;
  const forget = cookieText({
    name: OPENID_COOKIE,
    value: "",
    maxAgeSeconds: 0,
    sameSite: "Lax",
    isEncrypted,
  });
  // What was kept serves one try, whatever comes of it.
  reply.header("set-cookie", forget);
  const memo = visitor.cookies[cookieName(OPENID_COOKIE, isEncrypted)];
  try {
    const { person, to } = await access.openId.end(openId, memo, searchOf(request.url));
    const { cookie } = await access.signIn.asPerson(person, visitor);
    const nonce = randomBytes(16).toString("base64url");
    reply.header("set-cookie", cookie);
    await sendPage(reply, 200, nonce, goOnPage(nonce, to));
  } catch (error) {
    const { status, detail, remedy } = problemOf(error, request.id);
    if (status === 500) throw error;
    await showForm(access, request, reply, status, "/", `${detail}: ${remedy}.`);
  }
}

function sendPage(reply: FastifyReply, status: number, nonce: string, page: Html): FastifyReply {
  return reply
    .code(status)
    .type("text/html; charset=utf-8")
    .headers({
      "cache-control": "no-store",
      "content-security-policy": `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
    })
    .send(page.toString());
}

function toOf(request: FastifyRequest): string {
  const { to } = (request.query ?? {}) as { readonly to?: unknown };
  return sameSitePath(to);
}

function searchOf(url: string): string {
  const start = url.indexOf("?");
  return start === -1 ? "" : url.slice(start);
}
