import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";

/** Every expected refusal: its HTTP status and its title (RFC 9457). */
const PROBLEMS = {
  "invalid-request": { status: 400, title: "The request does not fit the route's schema" },
  "bad-page-token": { status: 400, title: "The page token is not one that this API gave" },
  "bad-date-range": { status: 400, title: "The range of dates is empty or too long" },
  "wallet-missing": { status: 401, title: "The header x-wallet-address is missing" },
  "token-not-held": { status: 403, title: "The wallet does not hold the content's token" },
  "not-owner": { status: 403, title: "The wallet does not own what it wants to change" },
  "not-local": { status: 403, title: "This route answers the loopback address only" },
  "not-found": { status: 404, title: "There is no such thing" },
  "too-large": { status: 413, title: "The body is too large" },
  "bad-media-type": { status: 415, title: "The body is not JSON" },
  "not-seeded": { status: 503, title: "The database has no catalogue" },
  "statement-timeout": { status: 503, title: "The database took too long" },
  "database-unreachable": { status: 503, title: "The database cannot be reached" },
  internal: { status: 500, title: "The service failed" },
} as const;

export type ProblemKind = keyof typeof PROBLEMS;

/** A refusal that a route throws; the error handler turns it into problem details. */
export class ApiProblem extends Error {
  readonly kind: ProblemKind;

  constructor(kind: ProblemKind, detail: string) {
    super(detail);
    this.name = "ApiProblem";
    this.kind = kind;
  }
}

export function answerInProblemDetails(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { kind, detail } = problemOf(error);
    if (kind === "internal") request.log.error(error);
    return sendProblem(request, reply, kind, detail);
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(request, reply, "not-found", `nothing answers ${request.method} ${request.url}`),
  );
}

function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  kind: ProblemKind,
  detail: string,
): FastifyReply {
  const { status, title } = PROBLEMS[kind];
  return reply
    .code(status)
    .header("content-type", "application/problem+json")
    .serializer(JSON.stringify)
    .send({
      type: `urn:streamgate-media:problem:${kind}`,
      title,
      status,
      detail,
      instance: request.url,
    });
}

interface Problem {
  readonly kind: ProblemKind;
  readonly detail: string;
}

/** PostgreSQL manual, appendix A: 57014 is query_canceled, 42P01 undefined_table; classes 08 and 57P are lost connections. */
function problemOf(error: FastifyError): Problem {
  if (error instanceof ApiProblem) return { kind: error.kind, detail: error.message };
  if (error.validation !== undefined) return { kind: "invalid-request", detail: error.message };
  if (error.code === "57014") {
    return { kind: "statement-timeout", detail: "a statement reached the statement timeout" };
  }
  if (error.code === "42P01") return { kind: "not-seeded", detail: "run media seed first" };
  if (isConnectionError(error)) {
    return { kind: "database-unreachable", detail: "no connection to the database" };
  }
  if (error.statusCode === 413) return { kind: "too-large", detail: error.message };
  if (error.statusCode === 415) return { kind: "bad-media-type", detail: error.message };
  if (error.statusCode === 400) return { kind: "invalid-request", detail: error.message };
  return { kind: "internal", detail: "the cause is in the service's log" };
}

function isConnectionError(error: FastifyError): boolean {
  if (/^(08|57P|ECONN)/.test(error.code ?? "")) return true;
  return /timeout exceeded when trying to connect|Connection terminated/.test(error.message);
}
