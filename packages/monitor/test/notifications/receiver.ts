import {
  createServer,
  type IncomingHttpHeaders,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Notification } from "../../src/notifications/notification.ts";

/** A request that a receiver got. */
interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly atMs: number;
}

/** A real HTTP server of a test's own that keeps what it gets and answers as it is told. */
export interface Receiver {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly Received[];
  /** What came, as notifications, each id once: what a receiver that heeds the key has seen. */
  notifications(): readonly Notification[];
  /** How the next requests are answered. @default 204 */
  answer(how: (request: Received, response: ServerResponse) => void): void;
  stop(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const requests: Received[] = [];
  let answer = (_: Received, response: ServerResponse): void => {
    response.writeHead(204).end();
  };
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      const received: Received = {
        path: request.url ?? "",
        headers: request.headers,
        body: Buffer.concat(pieces).toString("utf8"),
        atMs: Date.now(),
      };
      requests.push(received);
      answer(received, response);
    });
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    requests,
    notifications: () => {
      const byId = new Map<string, Notification>();
      for (const { body } of requests) {
        const notification = JSON.parse(body) as Notification;
        if (!byId.has(notification.id)) byId.set(notification.id, notification);
      }
      return [...byId.values()];
    },
    answer: (how) => {
      answer = how;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}
