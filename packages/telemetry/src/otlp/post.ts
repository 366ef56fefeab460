import { type ClientRequest, Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { type PartialSuccess, readPartialSuccess } from "./partial-success.ts";

/** What became of one attempt to send. */
export type PostOutcome =
  | { readonly kind: "accepted"; readonly partial: PartialSuccess | undefined }
  /** The same again may work, not before so many ms where the receiver says so. */
  | { readonly kind: "later"; readonly reason: string; readonly afterMs: number | undefined }
  /** The same again would be refused again. */
  | { readonly kind: "refused"; readonly reason: string };

/** Sends one body. */
export interface Poster {
  post(body: Buffer, timeoutMs: number): Promise<PostOutcome>;
  /** Ends what is on its way, and the connection. */
  close(): void;
}

export interface PosterOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly isGzipped: boolean;
  /** Wall time, to understand a Retry-After that is a date. */
  readonly nowMs: () => number;
}

/**
 * Marks an agent of `node:http` whose requests are the telemetry's own: whoever counts the requests of the program leaves them out.
 */
export const OWN_REQUESTS: unique symbol = Symbol.for("streamgate.own-requests");

/** As the OTLP specification lists them; whatever else fails is refused for good. */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const SHORTEST_GZIPPED_BYTES = 1_024;
const MOST_RESPONSE_BYTES = 64 * 1_024;

const compress = promisify(gzip);

/** Posts protobuf to one address over one kept connection. */
export function createPoster(options: PosterOptions): Poster {
  const isSecure = new URL(options.url).protocol === "https:";
  const settings = { keepAlive: true, maxSockets: 1 };
  const agent = isSecure ? new HttpsAgent(settings) : new HttpAgent(settings);
  Reflect.set(agent, OWN_REQUESTS, true);
  const send = isSecure ? httpsRequest : httpRequest;
  const running = new Set<ClientRequest>();
  return {
    post: async (body, timeoutMs) => {
      const isGzipped = options.isGzipped && body.length >= SHORTEST_GZIPPED_BYTES;
      const bytes = isGzipped ? await compress(body) : body;
      const request = send(options.url, {
        method: "POST",
        agent,
        headers: {
          ...options.headers,
          "content-type": "application/x-protobuf",
          "content-length": bytes.length,
          ...(isGzipped ? { "content-encoding": "gzip" } : {}),
        },
      });
      running.add(request);
      request.once("close", () => running.delete(request));
      return exchange(request, bytes, timeoutMs, options.nowMs);
    },
    close: () => {
      for (const request of running) request.destroy();
      agent.destroy();
    },
  };
}

function exchange(
  request: ClientRequest,
  bytes: Buffer,
  timeoutMs: number,
  nowMs: () => number,
): Promise<PostOutcome> {
  return new Promise((resolve) => {
    const later = (reason: string): void => resolve({ kind: "later", reason, afterMs: undefined });
    // Of the whole exchange: a receiver that sends a byte now and then is silent too.
    const timer = setTimeout(() => {
      later(`no answer within ${timeoutMs} ms`);
      request.destroy();
    }, timeoutMs);
    timer.unref();
    request.once("close", () => {
      clearTimeout(timer);
      later("the connection was closed without an answer");
    });
    request.on("error", (error) => later(error.message));
    request.once("response", (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const settle = (): void => {
        const { statusCode = 0, headers } = response;
        const retryAfter = headers["retry-after"];
        resolve(outcomeOf(statusCode, retryAfter, Buffer.concat(chunks), nowMs()));
      };
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size <= MOST_RESPONSE_BYTES) return;
        // The status has been told, and nobody says so much of a partial success.
        chunks.length = 0;
        settle();
        request.destroy();
      });
      response.once("error", (error) => later(error.message));
      response.once("end", settle);
    });
    request.end(bytes);
  });
}

function outcomeOf(
  status: number,
  retryAfter: string | undefined,
  body: Buffer,
  nowMs: number,
): PostOutcome {
  if (status >= 200 && status < 300) return { kind: "accepted", partial: readPartialSuccess(body) };
  const reason = `HTTP ${status}`;
  if (!RETRYABLE.has(status)) return { kind: "refused", reason };
  return { kind: "later", reason, afterMs: parseRetryAfter(retryAfter, nowMs) };
}

/** Seconds or a date (RFC 9110, section 10.2.3), as ms from now; undefined where it is neither. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d{1,9}\s*$/.test(header)) return Number(header) * 1_000;
  const dateMs = Date.parse(header);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}
