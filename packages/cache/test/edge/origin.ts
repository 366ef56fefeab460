import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** An API that a test answers for, behind an edge. */
export interface Origin {
  readonly port: number;
  /** Requests for a path, health probes left out. */
  requests(path: string): number;
  /** Replaces the answers. */
  answer(handler: (request: IncomingMessage, response: ServerResponse) => void): void;
  stop(): Promise<void>;
}

export async function startOrigin(): Promise<Origin> {
  const counts = new Map<string, number>();
  let handler = (_request: IncomingMessage, response: ServerResponse): void => {
    response.end("page");
  };
  const server = createServer((request, response) => {
    if (request.url === "/healthz") {
      response.end("healthy");
      return;
    }
    counts.set(request.url ?? "", (counts.get(request.url ?? "") ?? 0) + 1);
    handler(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: address !== null && typeof address === "object" ? address.port : 0,
    requests: (path) => counts.get(path) ?? 0,
    answer: (next) => {
      handler = next;
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
