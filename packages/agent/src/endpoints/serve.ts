import type { IncomingMessage, ServerResponse } from "node:http";
import { StreamGateError } from "@streamgate/core";
import { type Caller, refuseAccess } from "./access.ts";
import type { ActGate } from "./act-gate.ts";
import type { Endpoint } from "./endpoint.ts";
import { Exchange } from "./exchange.ts";
import { Problem } from "./problem.ts";
import type { TokenCheck } from "./token.ts";

/** What stands before every endpoint. */
export interface Door {
  readonly token: TokenCheck | undefined;
  readonly acts: ActGate;
  /** An address that others can reach, where what serves the agent listens on one. */
  findPublicAddress(): string | undefined;
  /** Told that a request is for the agent, not for the application. */
  onRequest(request: IncomingMessage): void;
  /** Told what an endpoint threw that is not the caller's fault. */
  onFailure(thrown: unknown): void;
}

/**
 * Answers a request at an endpoint, or says why not. Never rejects: that would end the application.
 *
 * @param parsedBody where what serves the agent has read it already
 */
export async function serveEndpoint(
  endpoint: Endpoint,
  door: Door,
  request: IncomingMessage,
  response: ServerResponse,
  parsedBody?: unknown,
): Promise<void> {
  try {
    await answer(endpoint, door, new Exchange(request, response, parsedBody));
  } catch {
    response.destroy();
  }
}

async function answer(endpoint: Endpoint, door: Door, exchange: Exchange): Promise<void> {
  try {
    door.onRequest(exchange.request);
    // An unread body must not stand in the way of the next request.
    if (endpoint.takesBody !== true) exchange.request.resume();
    await admit(endpoint, door, exchange);
  } catch (thrown) {
    if (exchange.signal.aborted) return;
    if (exchange.isBegun) exchange.breakOff();
    else answerProblem(exchange, thrown);
    if (!(thrown instanceof Problem)) door.onFailure(thrown);
  } finally {
    exchange.request.resume();
  }
}

async function admit(endpoint: Endpoint, door: Door, exchange: Exchange): Promise<void> {
  const allowed = endpoint.method === "GET" ? ["GET", "HEAD"] : [endpoint.method];
  if (!allowed.includes(exchange.method)) {
    const allow = allowed.join(", ");
    exchange.problem(405, `use ${allow}`, { headers: { allow } });
    return;
  }
  if (endpoint.access !== "open") {
    const refusal = refuseAccess(callerOf(exchange.request, door), door.token);
    if (refusal !== undefined) {
      const headers = refusal.status === 401 ? { "www-authenticate": "Bearer" } : {};
      exchange.problem(refusal.status, refusal.detail, { headers });
      return;
    }
  }
  if (endpoint.access === "act" && endpoint.isBrief !== true) await act(endpoint, door, exchange);
  else await endpoint.answer(exchange);
}

async function act(endpoint: Endpoint, door: Door, exchange: Exchange): Promise<void> {
  const permit = door.acts.enter(endpoint.path, () => exchange.breakOff());
  if (typeof permit !== "function") {
    const headers = { "retry-after": String(permit.retryAfterSeconds) };
    exchange.problem(permit.status, permit.detail, { headers });
    return;
  }
  try {
    await endpoint.answer(exchange);
  } finally {
    permit();
  }
}

function callerOf({ socket, headers, httpVersion }: IncomingMessage, door: Door): Caller {
  const { remoteAddress } = socket;
  return { remoteAddress, headers, httpVersion, listensBeyond: door.findPublicAddress() };
}

function answerProblem(exchange: Exchange, thrown: unknown): void {
  if (thrown instanceof Problem) {
    // What is left of the body is not waited for, and no request could follow it.
    const isUnread = thrown.status === 408 || thrown.status === 413;
    exchange.problem(
      thrown.status,
      thrown.message,
      isUnread ? { headers: { connection: "close" } } : {},
    );
  } else if (thrown instanceof StreamGateError)
    exchange.problem(statusOf(thrown), thrown.message, { code: thrown.code });
  else exchange.problem(500, "the agent failed; its failures are counted in its metrics");
}

function statusOf({ code }: StreamGateError): number {
  return code === "SG_AGENT_HEAP_SAMPLING_TAKEN" ? 409 : 500;
}
