import type { OperationId } from "@streamgate/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Access } from "../access/access.ts";
import { visitorOf } from "../access/visitor.ts";
import type { LiveBus } from "../live/live-bus.ts";
import { answerOf, type Prepared, prepare } from "./answer.ts";
import { type DescribedOperation, describedOperations, readApiDocument } from "./api-document.ts";
import { type ApiCaller, createApiCaller } from "./caller.ts";
import { onlyFields } from "./fields.ts";
import type { ApiExchange, Handlers } from "./handlers.ts";
import { keepResults } from "./kept-results.ts";
import { problemOf } from "./problems.ts";
import { ApiRefusal } from "./refusal.ts";
import { createRequestChecks } from "./request-checks.ts";

export interface ApiRoutesOptions {
  readonly handlers: Handlers;
  /** What tells of changes, so that what was read is kept no longer; without it nothing is kept. */
  readonly live?: Pick<LiveBus, "onChanged">;
  readonly access: Access;
  /** Hears what nobody foresaw, with the request's id. */
  readonly onUnexpected: (error: unknown, requestId: string) => void;
}

export const API_PREFIX = "/api/v1";

/** Adds every operation of the contract to a server. @returns what calls them without HTTP */
export async function addApiRoutes(
  app: FastifyInstance,
  { handlers, access, live, onUnexpected }: ApiRoutesOptions,
): Promise<ApiCaller> {
  const { text, document } = await readApiDocument();
  const checksOf = createRequestChecks(document);
  const described = describedOperations(document).map((operation) => ({
    ...operation,
    checks: checksOf(operation),
  }));
  const operations = new Map(described.map((one) => [one.id, one]));
  const plain = createApiCaller(handlers, operations);
  const kept = live === undefined ? undefined : keepResults(plain, operations, live);
  app.addHook("onClose", async () => kept?.close());
  const caller = kept ?? plain;
  const openApi = prepare(text);
  app.get(`${API_PREFIX}/openapi.json`, (request, reply) => send(request, reply, 200, openApi));
  for (const { id, method, path, status } of described) {
    app.route({
      method,
      url: `${API_PREFIX}${path}`,
      handler: async (request, reply) => {
        try {
          const result = await callFrom(caller, access, id, request, reply);
          const { fields } = (request.query ?? {}) as { readonly fields?: unknown };
          const code = statusOf(id, status, result);
          const shown =
            typeof fields === "string"
              ? prepare(JSON.stringify(onlyFields(result, fields)))
              : preparedOf(result);
          await send(request, reply, code, shown);
        } catch (error) {
          await sendProblem(request, reply, error, onUnexpected);
        }
        return reply;
      },
    });
  }
  refuseOtherMethods(app, described, onUnexpected);
  return caller;
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** What an address does not do is told apart from an address that there is not (RFC 9110, 15.5.6). */
function refuseOtherMethods(
  app: FastifyInstance,
  described: readonly DescribedOperation[],
  onUnexpected: ApiRoutesOptions["onUnexpected"],
): void {
  const allowed = new Map<string, string[]>();
  for (const { path, method } of described)
    allowed.set(path, [...(allowed.get(path) ?? []), method.toUpperCase()]);
  for (const [path, methods] of allowed) {
    app.route({
      method: METHODS.filter((method) => !methods.includes(method)),
      url: `${API_PREFIX}${path}`,
      handler: async (request, reply) => {
        const refusal = new ApiRefusal({
          status: 405,
          code: "SG_SERVER_METHOD_NOT_ALLOWED",
          detail: `${request.method} is nothing that can be done there`,
          remedy: `use ${methods.join(" or ")}; /api/v1/openapi.json lists what can be done where`,
          headers: { allow: [...methods, ...(methods.includes("GET") ? ["HEAD"] : [])].join(", ") },
        });
        await sendProblem(request, reply, refusal, onUnexpected);
        return reply;
      },
    });
  }
}

async function callFrom(
  caller: ApiCaller,
  access: Access,
  id: OperationId,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  const principal = await access.gate.admit(request);
  const gone = new AbortController();
  request.raw.once("close", () => {
    if (!request.raw.complete || !reply.raw.writableEnded) gone.abort();
  });
  return caller.call(id, {
    parameters: request.params,
    query: request.query,
    body: request.body,
    principal,
    signal: gone.signal,
    exchange: exchangeOf(access, request, reply),
  });
}

/** What of a request operations may know beside what they are asked. */
export function exchangeOf(
  access: Access,
  request: FastifyRequest,
  reply: FastifyReply,
): ApiExchange {
  return {
    remoteAddress: request.ip,
    visitor: visitorOf(request, access.configuration()),
    header: (name) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    cookies: request.cookies,
    setHeader: (name, value) => void reply.header(name, value),
  };
}

/** Readiness says by its status, too, what it says. */
function statusOf(id: OperationId, status: number, result: unknown): number {
  if (id !== "getReadiness") return status;
  return (result as { readonly status: string }).status === "failing" ? 503 : status;
}

/** Results that are kept are made into bytes once. */
const preparedResults = new WeakMap<object, Prepared>();

function preparedOf(result: unknown): Prepared {
  if (typeof result !== "object" || result === null) return prepare(JSON.stringify(result));
  const known = preparedResults.get(result);
  if (known !== undefined) return known;
  const made = prepare(JSON.stringify(result));
  preparedResults.set(result, made);
  return made;
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  prepared: Prepared,
): Promise<void> {
  const answer = await answerOf(status, "application/json; charset=utf-8", prepared, {
    ifNoneMatch: request.headers["if-none-match"],
    acceptEncoding: headerText(request.headers["accept-encoding"]),
  });
  if (!reply.hasHeader("cache-control")) reply.header("cache-control", "private, no-cache");
  await reply.code(answer.status).headers(answer.headers).send(answer.body);
}

/** Tells what went wrong as RFC 9457 wants it. */
export async function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown,
  onUnexpected: ApiRoutesOptions["onUnexpected"],
): Promise<void> {
  const problem = problemOf(error, request.id);
  if (error instanceof ApiRefusal) reply.headers(error.headers);
  else if (problem.status >= 500) onUnexpected(error, request.id);
  await reply
    .code(problem.status)
    .header("cache-control", "no-store")
    .type("application/problem+json; charset=utf-8")
    .send(JSON.stringify(problem));
}

function headerText(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(", ") : header;
}
