import { Agent, type IncomingMessage, request } from "node:http";
import type { PlannedRequest, Reply } from "./planned-request.ts";

export interface HttpSender {
  /** Rejects where no answer comes. */
  send(planned: PlannedRequest): Promise<Reply>;
  close(): void;
}

const ANSWER_TIMEOUT_MS = 30_000;

/** Keeps its connections alive; never queues, since the caller bounds what is in flight. */
export function createHttpSender(baseUrl: string): HttpSender {
  const base = new URL(baseUrl);
  const agent = new Agent({ keepAlive: true });

  return {
    send: (planned) =>
      new Promise((resolve, reject) => {
        const body = planned.body === undefined ? undefined : JSON.stringify(planned.body);
        const outgoing = request({
          agent,
          host: base.hostname,
          port: base.port,
          method: planned.method,
          path: planned.path,
          timeout: ANSWER_TIMEOUT_MS,
          headers: {
            ...planned.headers,
            ...(body === undefined
              ? {}
              : { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
          },
        });
        outgoing.once("response", (answer) => {
          readReply(answer).then(resolve, reject);
        });
        outgoing.once("timeout", () => outgoing.destroy(new Error("no answer in time")));
        outgoing.once("error", reject);
        outgoing.end(body);
      }),
    close: () => agent.destroy(),
  };
}

async function readReply(answer: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  const status = answer.statusCode ?? 0;
  const isJson = answer.headers["content-type"]?.includes("json") === true;
  if (!isJson) return { status, body: undefined };
  const body: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
  return { status, body };
}
