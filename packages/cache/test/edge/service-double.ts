import { createServer } from "node:http";

/** A request as a service saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A server that speaks a service's documented API: it answers what the test says for what it saw. */
export interface ServiceDouble {
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  /** The next answers, one a request; then the usual one again. */
  next(...answers: readonly (ServiceAnswer | "cut" | "silence")[]): void;
  stop(): Promise<void>;
}

export async function startServiceDouble(
  usual: (request: SeenRequest) => ServiceAnswer,
): Promise<ServiceDouble> {
  const seen: SeenRequest[] = [];
  const planned: (ServiceAnswer | "cut" | "silence")[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const one: SeenRequest = {
        method: request.method ?? "",
        path: request.url ?? "",
        headers: Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        ),
        body: Buffer.concat(chunks).toString("utf8"),
      };
      seen.push(one);
      const answer = planned.shift() ?? usual(one);
      if (answer === "silence") return;
      if (answer === "cut") {
        response.destroy();
        return;
      }
      response.writeHead(answer.status, answer.headers);
      response.end(
        typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body ?? {}),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    next: (...answers) => {
      planned.push(...answers);
    },
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
