import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { type Decoded, decode, METRICS_REQUEST, TRACE_REQUEST } from "./decode.ts";

/** One request as it came in. */
interface Received {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly message: Decoded;
}

type Answer = (response: ServerResponse, attempt: number) => void;

/** An OTLP receiver that answers as it is told. */
export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** How every request from now on is answered. */
  answer(with_: Answer): void;
  stop(): Promise<void>;
}

const ACCEPT: Answer = (response) => void response.writeHead(200).end();

export async function startReceiver(port = 0): Promise<Receiver> {
  const received: Received[] = [];
  let answer = ACCEPT;
  let attempts = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      const plain = request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
      const path = request.url ?? "";
      const schema = path === "/v1/traces" ? TRACE_REQUEST : METRICS_REQUEST;
      received.push({ path, headers: request.headers, message: decode(plain, schema) });
      attempts += 1;
      answer(response, attempts);
    });
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answer: (chosen) => {
      answer = chosen;
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
