import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createRegistry, type ProcessReport, serializeReport } from "@streamgate/telemetry";

/** Something that answers a collector, well or badly. */
export interface WatchedProcess {
  readonly url: string;
  readonly address: string;
  /** Counts up by one at each answer. */
  readonly requests: () => number;
  readonly connections: () => number;
  /** Answers in another way from now on. */
  answer(handler: (request: IncomingMessage, response: ServerResponse) => void): void;
  /** As a good agent does. */
  answerWell(identity?: Partial<ProcessReport["identity"]>): void;
  stop(): Promise<void>;
}

export const TOKEN = "a token";

export async function startWatchedProcess(): Promise<WatchedProcess> {
  let requests = 0;
  let connections = 0;
  let handler: (request: IncomingMessage, response: ServerResponse) => void = () => undefined;
  const server: Server = createServer((request, response) => {
    requests += 1;
    handler(request, response);
  });
  server.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const watched: WatchedProcess = {
    url: `http://127.0.0.1:${port}`,
    address: `127.0.0.1:${port}`,
    requests: () => requests,
    connections: () => connections,
    answer(next) {
      handler = next;
    },
    answerWell(identity = {}) {
      const registry = createRegistry();
      const answers = registry
        .counter({ name: "answers", help: "Answers given.", unit: "", labelNames: [] })
        .with();
      handler = (request, response) => {
        if (request.headers.authorization !== `Bearer ${TOKEN}`) {
          response.writeHead(401).end();
          return;
        }
        answers.add(1);
        response.end(serializeReport(reportOf(registry.collect(), identity)));
      };
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  watched.answerWell();
  return watched;
}

function reportOf(
  families: ProcessReport["families"],
  identity: Partial<ProcessReport["identity"]>,
): ProcessReport {
  return {
    version: 1,
    identity: {
      service: "media",
      instance: "one",
      release: "1.0.0",
      pid: 1,
      host: "here",
      startedAtMs: 1_000,
      ...identity,
    },
    takenAtMs: 1_780_000_000_000,
    families,
    findings: [],
    failures: [],
  };
}
