import type { Server } from "node:http";
import type { Socket } from "node:net";
import type { ConnectionError, FastifyHttpOptions } from "fastify";
import { SECURITY_HEADERS } from "../access/security-headers.ts";

/** Listeners of live events keep theirs open. */
export const MOST_CONNECTIONS = 8_000;

/** The largest that the contract has a use for is a statement with its plan. */
const MOST_BODY_BYTES = 256_000;
const MOST_HEADER_BYTES = 16_384;
export const MOST_HEADERS = 100;
/** All of the headers, from the first byte or from the connection on. */
const HEADERS_TIMEOUT_MS = 10_000;
/** The whole request, body and all. */
const REQUEST_TIMEOUT_MS = 30_000;
const TIMEOUTS_CHECKED_EVERY_MS = 2_000;
/** Nothing goes either way: whoever does not read, too. Live events have a heartbeat. */
const SILENCE_MS = 60_000;
const KEEP_ALIVE_MS = 30_000;
const LONGEST_PARAMETER = 1_000;

/** How much and how slowly somebody may send before anything is known of them. */
export const SERVER_LIMITS: FastifyHttpOptions<Server> = {
  bodyLimit: MOST_BODY_BYTES,
  requestTimeout: REQUEST_TIMEOUT_MS,
  connectionTimeout: SILENCE_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
  routerOptions: { maxParamLength: LONGEST_PARAMETER },
  http: {
    maxHeaderSize: MOST_HEADER_BYTES,
    headersTimeout: HEADERS_TIMEOUT_MS,
    connectionsCheckingInterval: TIMEOUTS_CHECKED_EVERY_MS,
  },
  clientErrorHandler: refuseUnreadable,
};

const STATUS_BY_CODE: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
};

/** What is no HTTP, or comes too slowly, ends with its connection: nothing after it can be trusted. */
function refuseUnreadable(error: ConnectionError, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = STATUS_BY_CODE[error.code] ?? "400 Bad Request";
  const headers = { ...SECURITY_HEADERS, connection: "close", "content-length": "0" };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join("\r\n")}\r\n\r\n`);
  // Whoever goes on sending is not waited for.
  socket.destroySoon();
}
