import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { checkLiteralAddress, guardedLookup } from "./address-guard.ts";

export interface PostOptions {
  readonly url: URL;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether loopback, link-local and private addresses may be called. */
  readonly allowsPrivateAddresses: boolean;
  /** PEM of an authority of one's own, in place of the system's. */
  readonly certificateAuthority?: string | undefined;
  readonly signal: AbortSignal;
}

export interface PostAnswer {
  readonly status: number;
  /** Its first 16 KiB. */
  readonly text: string;
  /** As the receiver wrote it. */
  readonly retryAfter: string | undefined;
}

const MOST_ANSWER_BYTES = 16 * 1024;

/**
 * Sends JSON and reads the answer. Redirections are not followed: they would lead past what was checked. Each call has
 * a connection of its own, so that no half-dead one is met again.
 *
 * @throws whatever the connection failed with; `SG_MONITOR_ADDRESS_FORBIDDEN`
 */
export async function postJson(options: PostOptions): Promise<PostAnswer> {
  const { url, body, headers, allowsPrivateAddresses, certificateAuthority, signal } = options;
  if (!allowsPrivateAddresses) checkLiteralAddress(url.hostname);
  const settings: RequestOptions = {
    method: "POST",
    agent: false,
    signal,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(body),
      "user-agent": "StreamGate",
      ...headers,
    },
    ...(allowsPrivateAddresses ? {} : { lookup: guardedLookup }),
    ...(certificateAuthority === undefined ? {} : { ca: certificateAuthority }),
  };
  const send = url.protocol === "http:" ? httpRequest : httpsRequest;
  return new Promise((resolve, reject) => {
    const request = send(url, settings, (response) => {
      readAnswer(response).then(resolve, reject);
    });
    request.once("error", reject);
    request.end(body);
  });
}

async function readAnswer(response: IncomingMessage): Promise<PostAnswer> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    sizeBytes += piece.length;
    pieces.push(piece);
    // What follows says nothing more; leaving the loop ends the connection.
    if (sizeBytes >= MOST_ANSWER_BYTES) break;
  }
  return {
    status: response.statusCode ?? 0,
    text: Buffer.concat(pieces).subarray(0, MOST_ANSWER_BYTES).toString("utf8"),
    retryAfter: response.headers["retry-after"],
  };
}
