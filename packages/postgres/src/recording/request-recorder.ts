import { randomBytes } from "node:crypto";
import { createWriteStream, type WriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import type { TracedRequest } from "../requests/traced-request.ts";
import { requestLine } from "./request-line.ts";

/** Where requests are recorded, and how much of them. */
export interface RecorderOptions {
  /** Lines are added at its end. */
  readonly file: string;
  /**
   * `hashed`: literals and parameters are told apart but cannot be read; `values`: as they are, which may be what is nobody's business.
   * @default "hashed"
   */
  readonly parameters?: "hashed" | "values";
  /** One request in so many, at least 1. @default 1 */
  readonly oneIn?: number;
}

/** Writes requests as JSON lines, for `streamgate requests`. */
export interface RequestRecorder {
  /** Give it to `traceStatements` as `onRequest`. */
  readonly record: (request: TracedRequest) => void;
  /** Requests that were left out because the disk was slower than they came. */
  readonly dropped: number;
  /** Resolves when all is written; rejects with what went wrong with the file. */
  close(): Promise<void>;
}

/** What may wait for the disk. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024;
const SALT_BYTES = 16;

/**
 * Records requests to a file. Nothing waits for the disk: when it is slower than the requests, they are counted in place of being kept.
 *
 * @example
 * ```ts
 * import { recordRequests, traceStatements } from "@streamgate/postgres";
 *
 * const recorder = recordRequests({ file: "requests.jsonl" });
 * const tracing = traceStatements({ callSites: "every-call", onRequest: recorder.record });
 * // … serve …
 * tracing.stop();
 * await recorder.close(); // then: streamgate requests requests.jsonl
 * ```
 */
export function recordRequests(options: RecorderOptions): RequestRecorder {
  return new FileRecorder(options);
}

class FileRecorder implements RequestRecorder {
  readonly record: (request: TracedRequest) => void;
  dropped: number = 0;
  private readonly stream: WriteStream;
  private readonly salt: string | undefined;
  private readonly oneIn: number;
  private seen = 0;
  private failure: Error | undefined;

  constructor({ file, parameters = "hashed", oneIn = 1 }: RecorderOptions) {
    this.stream = createWriteStream(file, { flags: "a" });
    this.stream.on("error", (error) => {
      this.failure = error;
    });
    this.salt = parameters === "hashed" ? randomBytes(SALT_BYTES).toString("hex") : undefined;
    this.oneIn = oneIn;
    this.record = (request) => this.add(request);
  }

  async close(): Promise<void> {
    if (this.failure === undefined) {
      this.stream.end();
      await finished(this.stream);
    }
    if (this.failure !== undefined) throw this.failure;
  }

  private add(request: TracedRequest): void {
    this.seen += 1;
    if (this.seen % this.oneIn !== 0) return;
    if (this.failure !== undefined || this.stream.writableLength > MOST_WAITING_BYTES) {
      this.dropped += 1;
      return;
    }
    this.stream.write(`${requestLine(request, this.salt)}\n`);
  }
}
