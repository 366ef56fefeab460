import http from "node:http";
import https from "node:https";
import { messageOf } from "@streamgate/core";
import type { Target } from "@streamgate/monitor";
import { unavailable } from "../api/refusal.ts";
import type { WatchedProcess } from "../platform/watched-processes.ts";
import { refusalOfAgent } from "./agent-refusal.ts";

/** A question to the agent of a watched process, or an act of it. */
export interface AgentRequest {
  readonly method: "GET" | "POST";
  /** With its query: `/streamgate/cpu-profile?seconds=10`. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Until the last byte. */
  readonly timeoutMs: number;
  readonly mostBytes: number;
  readonly signal: AbortSignal;
}

const REPORT_PATH = "/streamgate/report";

/**
 * Asks the agent of a watched process, with the token by which it is watched. Redirects are refused: the token is for nobody else.
 *
 * @returns the body of its answer
 * @throws ApiRefusal 503 where it does not answer, 409 and 429 where it is busy, and with what it says where it refuses
 */
export async function callAgent(
  { instance, target }: Pick<WatchedProcess, "instance" | "target">,
  request: AgentRequest,
): Promise<Buffer> {
  const url = addressOf(target, request.path, instance);
  const { status, retryAfter, body } = await exchange(url, target, request).catch(
    (error: unknown) => {
      request.signal.throwIfAborted();
      throw unavailable(
        `the agent of ${instance} ${wordsOf(error)}`,
        "see that the process runs and can be reached; the page Status shows how old its figures are",
        error,
      );
    },
  );
  if (status === 200) return body;
  throw refusalOfAgent(instance, { status, retryAfter, text: body.toString("utf8") });
}

/** The same for an answer in JSON. @throws ApiRefusal as above, and 503 where it is none */
export async function askAgent(
  process: Pick<WatchedProcess, "instance" | "target">,
  request: AgentRequest,
): Promise<unknown> {
  const body = await callAgent(process, request);
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (cause) {
    throw unavailable(
      `the agent of ${process.instance} answered what is no JSON`,
      "see that the address in the watch file is that of a StreamGate agent",
      cause,
    );
  }
}

/** Where the report lies, the rest lies beside. @throws ApiRefusal 503 for what is no agent */
function addressOf({ url, kind }: Target, path: string, instance: string): URL {
  const address = new URL(url);
  const base = address.pathname === "/" ? "" : address.pathname;
  if (kind === "prometheus" || base.endsWith("/metrics"))
    throw unavailable(
      `${instance} is watched by its metrics alone: it has no StreamGate agent`,
      "start the agent in it, and name the agent's address in the watch file",
    );
  const prefix = base.endsWith(REPORT_PATH) ? base.slice(0, -REPORT_PATH.length) : base;
  return new URL(`${prefix}${path}`, address.origin);
}

interface Answer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: Buffer;
}

function exchange(url: URL, { token }: Target, request: AgentRequest): Promise<Answer> {
  const { method, body, timeoutMs, mostBytes, signal } = request;
  const content = body === undefined ? undefined : JSON.stringify(body);
  const open = url.protocol === "https:" ? https.request : http.request;
  return new Promise((resolve, reject) => {
    const outgoing = open(url, {
      method,
      agent: false,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      headers: {
        accept: "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(content === undefined
          ? {}
          : { "content-type": "application/json", "content-length": Buffer.byteLength(content) }),
      },
    });
    outgoing.once("error", reject);
    outgoing.once("response", (response) => {
      const chunks: Buffer[] = [];
      let sizeBytes = 0;
      response.on("data", (chunk: Buffer) => {
        sizeBytes += chunk.length;
        chunks.push(chunk);
        if (sizeBytes > mostBytes)
          outgoing.destroy(new Error(`answered with more than ${mostBytes} bytes`));
      });
      response.once("error", reject);
      response.once("close", () => reject(new Error("broke its answer off")));
      response.once("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          retryAfter: response.headers["retry-after"],
          body: Buffer.concat(chunks),
        }),
      );
    });
    outgoing.end(content);
  });
}

function wordsOf(error: unknown): string {
  if (error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError"))
    return "did not answer in time";
  const { code } = error as { readonly code?: unknown };
  return typeof code === "string" ? `cannot be reached (${code})` : messageOf(error);
}
