import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

import { readJsonBody } from "./read-body.ts";

/** A reader of a long answer who takes nothing for so long has gone. */
const STALLED_MS = 30_000;

/** One request and its answer. */
export class Exchange {
  readonly request: IncomingMessage;
  /** Aborted when the client has gone before its answer was complete. */
  readonly signal: AbortSignal;
  private readonly response: ServerResponse;
  private readonly parsedBody: unknown;

  constructor(request: IncomingMessage, response: ServerResponse, parsedBody?: unknown) {
    this.request = request;
    this.response = response;
    this.parsedBody = parsedBody;
    const gone = new AbortController();
    this.signal = gone.signal;
    response.once("close", () => {
      if (!response.writableFinished) gone.abort(new Error("the client has gone"));
    });
  }

  get method(): string {
    return this.request.method ?? "";
  }

  get query(): URLSearchParams {
    const { url = "" } = this.request;
    const mark = url.indexOf("?");
    return new URLSearchParams(mark < 0 ? "" : url.slice(mark + 1));
  }

  get isBegun(): boolean {
    return this.response.headersSent;
  }

  /** What was sent, as JSON. @throws Problem 400, 408, 413 */
  async body(): Promise<unknown> {
    return this.parsedBody ?? readJsonBody(this.request);
  }

  json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): void {
    this.send(status, JSON.stringify(value), { "content-type": "application/json", ...headers });
  }

  /** Problem details (RFC 9457). */
  problem(status: number, detail: string, more: ProblemParts = {}): void {
    const { headers = {}, code } = more;
    const body = { title: TITLES[status] ?? "Error", status, detail, ...(code && { code }) };
    this.send(status, JSON.stringify(body), {
      "content-type": "application/problem+json",
      ...headers,
    });
  }

  /** A file to be kept. */
  file(body: string | Uint8Array, type: string, name: string): void {
    this.send(200, body, { "content-type": type, "content-disposition": attachment(name) });
  }

  send(status: number, body: string | Uint8Array, headers: Readonly<Record<string, string>>): void {
    if (this.response.destroyed) return;
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    this.response.writeHead(status, {
      ...ALWAYS,
      ...headers,
      "content-length": String(bytes.byteLength),
    });
    this.response.end(this.method === "HEAD" ? undefined : bytes);
  }

  /** What comes in parts; who reads slowly holds up the source, who goes ends it. */
  async stream(
    chunks: AsyncIterable<Uint8Array> | Readable,
    headers: Readonly<Record<string, string>>,
  ): Promise<void> {
    const source = chunks instanceof Readable ? chunks : Readable.from(chunks);
    this.response.writeHead(200, { ...ALWAYS, ...headers });
    if (this.method === "HEAD") {
      source.destroy();
      this.response.end();
      return;
    }
    // Who stops reading holds what is written, a whole heap perhaps, and the turn of the next act.
    const stalled = setTimeout(() => this.breakOff(), STALLED_MS).unref();
    try {
      await pipeline(source, (taken) => refreshing(stalled, taken), this.response);
    } finally {
      clearTimeout(stalled);
    }
  }

  /** The answer cannot be finished any more. */
  breakOff(): void {
    this.response.destroy();
  }
}

/** The same chunks; a timer begins anew with each that is taken. */
async function* refreshing<Chunk>(
  timer: NodeJS.Timeout,
  chunks: AsyncIterable<Chunk>,
): AsyncGenerator<Chunk> {
  for await (const chunk of chunks) {
    timer.refresh();
    yield chunk;
  }
}

export interface ProblemParts {
  /** Of the errors' catalogue. */
  readonly code?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is said here is for one reader at one time, and never a page. */
const ALWAYS: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; sandbox",
};

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  413: "Content Too Large",
  409: "Conflict",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
  507: "Insufficient Storage",
};

/** @param name of letters, digits, dots and dashes only */
export function attachment(name: string): string {
  return `attachment; filename="${name.replace(/[^\w.-]/g, "-")}"`;
}
