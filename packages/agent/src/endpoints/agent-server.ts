import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { isIPv6 } from "node:net";
import { cannotListen } from "../errors.ts";
import type { Endpoint } from "./endpoint.ts";
import { Problem } from "./problem.ts";
import { type Door, serveEndpoint } from "./serve.ts";

/** The agent's own port. */
export interface AgentServer {
  /** `http://127.0.0.1:9464` */
  readonly url: string;
  close(): Promise<void>;
}

const LIMITS = {
  maxHeaderSize: 8 * 1024,
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  keepAliveTimeout: 15_000,
  connectionsCheckingInterval: 2_000,
} as const;
const MOST_CONNECTIONS = 64;
/** A connection that says nothing for so long is cut, that others may have its place; Node's own limits begin with the first byte. */
const SILENCE_MS = 5_000;
/** The same while it waits for its answer: longer than the longest profile. */
const LONGEST_ANSWER_MS = 150_000;

/**
 * Opens the agent's own port. Neither it nor its connections keep the process alive.
 *
 * @throws SG_AGENT_CANNOT_LISTEN
 */
export async function openAgentServer(
  endpoints: readonly Endpoint[],
  door: Door,
  host: string,
  port: number,
): Promise<AgentServer> {
  const byPath = new Map(endpoints.map((endpoint) => [endpoint.path, endpoint]));
  const nothingHere = missingEndpoint([...byPath.keys()]);
  const server = createServer(LIMITS, (request, response) => {
    response.setTimeout(LONGEST_ANSWER_MS);
    const [path = ""] = (request.url ?? "").split("?", 1);
    void serveEndpoint(byPath.get(path) ?? nothingHere, door, request, response);
  });
  server.maxConnections = MOST_CONNECTIONS;
  server.timeout = SILENCE_MS;
  server.on("connection", (socket) => socket.unref());
  try {
    server.listen({ host, port });
    await once(server, "listening");
  } catch (thrown) {
    throw cannotListen(host, port, thrown);
  }
  server.unref();
  // What comes later is the application's affair no more than ours: a connection that breaks.
  server.on("error", (error) => door.onFailure(error));
  return {
    url: urlOf(server),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** For every other address; open, so that who asks by mistake is told so whoever it is. */
function missingEndpoint(paths: readonly string[]): Endpoint {
  return {
    path: "",
    method: "GET",
    access: "open",
    answer: async () => {
      throw new Problem(404, `there is: ${paths.join(", ")}`);
    },
  };
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") return "";
  const host = isIPv6(address.address) ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
