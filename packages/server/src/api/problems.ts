import type { Problem } from "@streamgate/contract";
import { messageOf, StreamGateError } from "@streamgate/core";
import { redact } from "../secrets/redact.ts";
import { ApiRefusal } from "./refusal.ts";

const TITLES: Readonly<Record<number, string>> = {
  400: "The request is not as it should be",
  401: "Nobody has signed in",
  403: "That is not allowed",
  404: "There is no such thing",
  405: "That cannot be done there",
  406: "No such form is there",
  409: "It does not fit how things stand",
  413: "The request is too large",
  415: "The body is of a kind that is not understood",
  421: "This server does not answer to that name",
  429: "Too many requests",
  431: "The headers are too large",
  500: "Something went wrong here",
  503: "That is not there at the moment",
};

const DOCUMENTATION = "/docs/errors#";

/** Codes of StreamGateErrors that are whoever asks' to mend, by what they end in. */
const STATUS_BY_ENDING: readonly (readonly [RegExp, number])[] = [
  [/_NOT_FOUND$|_FINDING_UNKNOWN$/, 404],
  [/_BAD_[A-Z_]+$|_READ_TOO_LARGE$/, 400],
  [/_FINDING_STATE$/, 409],
  [/_UNREACHABLE$|_UNAVAILABLE$|_FOLDER_BUSY$/, 503],
];

/** What a person is told of something that was refused or went wrong; never a secret, never a stack. */
export function problemOf(error: unknown, requestId: string): Problem {
  if (error instanceof ApiRefusal) {
    const { status, code, message, remedy, errors } = error;
    return make({ status, code, detail: message, remedy, errors }, requestId);
  }
  if (error instanceof StreamGateError) {
    const { code, happened, tried, remedy } = error;
    const status = STATUS_BY_ENDING.find(([ending]) => ending.test(code))?.[1] ?? 500;
    return make({ status, code, detail: `could not ${tried}: ${happened}`, remedy }, requestId);
  }
  const status = statusOf(error);
  if (status !== undefined) {
    const code = "SG_SERVER_BAD_REQUEST";
    return make(
      { status, code, detail: messageOf(error), remedy: "correct the request" },
      requestId,
    );
  }
  if (isLostConnection(error))
    return make(
      {
        status: 503,
        code: "SG_SERVER_UNAVAILABLE",
        detail: "StreamGate's store does not answer",
        remedy: "it is tried again by itself; see the page Status",
      },
      requestId,
    );
  return make(
    {
      status: 500,
      code: "SG_SERVER_UNEXPECTED",
      detail: "something that nobody foresaw",
      remedy: "tell its request id to whoever runs StreamGate: its log says more",
    },
    requestId,
  );
}

function make(
  parts: Pick<Problem, "status" | "code" | "detail" | "remedy"> & Pick<Problem, "errors">,
  requestId: string,
): Problem {
  const { status, code, detail, remedy, errors = [] } = parts;
  return {
    type: `${DOCUMENTATION}${code.toLowerCase()}`,
    title: TITLES[status] ?? "It did not work",
    status,
    detail: redact(detail),
    code,
    remedy: redact(remedy),
    requestId,
    ...(errors.length === 0 ? {} : { errors }),
  };
}

/** Fastify's own errors carry a status: bodies that are too large, are no JSON, headers that are wrong. */
function statusOf(error: unknown): number | undefined {
  const { statusCode, code } = error as { readonly statusCode?: unknown; readonly code?: unknown };
  const isOfFastify = typeof code === "string" && code.startsWith("FST_");
  return typeof statusCode === "number" && statusCode >= 400 && statusCode < 500 && isOfFastify
    ? statusCode
    : undefined;
}

const LOST = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  // The store's disk is full, or it has no connection to give (PostgreSQL, appendix A).
  "53100",
  "53300",
  "57P01",
  "57P02",
  "57P03",
  "08006",
  "08001",
]);

function isLostConnection(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code } = error as { readonly code?: unknown };
  if (typeof code === "string" && LOST.has(code)) return true;
  return /Connection terminated|timeout exceeded when trying to connect|Cannot use a pool/.test(
    error.message,
  );
}
