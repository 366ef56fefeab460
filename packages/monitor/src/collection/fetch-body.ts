import http from "node:http";
import https from "node:https";
import { targetDown } from "./errors.ts";

interface BodyRequest {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly limitBytes: number;
  readonly signal: AbortSignal;
}

/** Fetches from one address, over one connection that is kept. */
export interface BodyFetcher {
  /** @throws StreamGateError `SG_MONITOR_TARGET_DOWN` */
  fetch(request: BodyRequest): Promise<string>;
  close(): void;
}

export function createBodyFetcher(): BodyFetcher {
  const settings = { keepAlive: true, maxSockets: 1, maxFreeSockets: 1 };
  const agents = { "http:": new http.Agent(settings), "https:": new https.Agent(settings) };
  return {
    async fetch(request) {
      const attempt = (): Promise<Attempt> =>
        request.url.protocol === "https:"
          ? fetchOnce(https.request, agents["https:"], request)
          : fetchOnce(http.request, agents["http:"], request);
      const first = await attempt();
      // The server closed the kept connection just when we used it again: that is no failure.
      const outcome = first.kind === "stale-connection" ? await attempt() : first;
      if (outcome.kind === "body") return outcome.text;
      throw targetDown(
        request.url.href,
        outcome.kind === "failed" ? outcome.happened : "the connection was closed",
        outcome.cause,
      );
    },
    close() {
      agents["http:"].destroy();
      agents["https:"].destroy();
    },
  };
}

type Attempt =
  | { readonly kind: "body"; readonly text: string }
  | { readonly kind: "failed"; readonly happened: string; readonly cause?: unknown }
  | { readonly kind: "stale-connection"; readonly cause: unknown };

function fetchOnce(
  open: typeof http.request,
  agent: http.Agent,
  { url, headers, timeoutMs, limitBytes, signal }: BodyRequest,
): Promise<Attempt> {
  return new Promise((resolve) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const fail = (happened: string, cause?: unknown): void => {
      resolve({ kind: "failed", happened, cause });
      request.destroy();
    };
    const request = open(url, { agent, headers, signal: AbortSignal.any([timeout, signal]) });
    request.once("response", (response) => {
      if (response.statusCode !== 200) {
        fail(`it answered ${response.statusCode}`);
        return;
      }
      const chunks: Buffer[] = [];
      let length = 0;
      response.on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length > limitBytes) fail(`it answered with more than ${limitBytes} bytes`);
        else chunks.push(chunk);
      });
      response.once("end", () =>
        resolve({ kind: "body", text: Buffer.concat(chunks).toString("utf8") }),
      );
      response.once("error", (cause) => failed(cause));
    });
    const failed = (cause: NodeJS.ErrnoException): void => {
      if (request.reusedSocket && cause.code === "ECONNRESET") {
        resolve({ kind: "stale-connection", cause });
      } else if (timeout.aborted) fail(`it did not answer within ${timeoutMs} ms`);
      else fail("it could not be reached", cause);
    };
    request.on("error", failed);
    request.end();
  });
}
