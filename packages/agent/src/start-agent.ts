import { type Agent, RunningAgent } from "./agent.ts";
import { openAgentServer } from "./endpoints/agent-server.ts";
import { isLoopbackAddress, isLoopbackHost } from "./endpoints/loopback.ts";
import { badAgentOption, tokenMissing } from "./errors.ts";
import { type AgentOptions, requireBetween } from "./options.ts";

/** How an agent is started with a port of its own. */
export interface StartAgentOptions extends AgentOptions {
  /** Where it listens; others than loopback need a token. @default "127.0.0.1" */
  readonly host?: string;
  /** 0 takes a free one. @default 0 */
  readonly port?: number;
}

/** An agent that serves itself. */
export interface ServingAgent extends Agent {
  /** `http://127.0.0.1:9464` */
  readonly url: string;
}

const DEFAULTS = { host: "127.0.0.1", port: 0 } as const;
const HIGHEST_PORT = 65_535;

/**
 * Watches this process and serves what it sees on a port of its own: `/metrics`, `/health`, `/ready`, `/streamgate/report`,
 * `/streamgate/traces`, and profiles. Nothing of it keeps the process alive, and nothing that goes wrong in it reaches the
 * application. Stop it before the process's work ends, or let it end with the process.
 *
 * @example
 * ```ts
 * import { startAgent } from "@streamgate/agent";
 *
 * const agent = await startAgent({ service: "importer", port: 9464 });
 * agent.url; // "http://127.0.0.1:9464"
 * await agent.stop();
 * ```
 *
 * @throws SG_AGENT_TOKEN_MISSING on an address that others can reach, without a token; SG_AGENT_WEAK_TOKEN;
 * SG_AGENT_BAD_OPTION; SG_AGENT_CANNOT_LISTEN
 */
export async function startAgent(options: StartAgentOptions = {}): Promise<ServingAgent> {
  const { host, port } = { ...DEFAULTS, ...options };
  requireBetween("port", port, 0, HIGHEST_PORT);
  if (typeof host !== "string" || host === "") throw badAgentOption("host", host, "an address");
  const agent = new RunningAgent(options);
  try {
    if (agent.door.token === undefined && !isLoopback(host)) throw tokenMissing(host);
    const server = await openAgentServer(agent.endpoints, agent.door, host, port);
    return withServer(agent, server);
  } catch (thrown) {
    await agent.stop();
    throw thrown;
  }
}

function isLoopback(host: string): boolean {
  return isLoopbackAddress(host) || isLoopbackHost(host);
}

function withServer(
  agent: RunningAgent,
  server: { readonly url: string; close(): Promise<void> },
): ServingAgent {
  return {
    registry: agent.registry,
    tracer: agent.tracer,
    failures: agent.failures,
    identity: agent.identity,
    observations: agent.observations,
    url: server.url,
    findings: () => agent.findings(),
    report: () => agent.report(),
    watchListeners: (name, emitter) => agent.watchListeners(name, emitter),
    drain: () => agent.drain(),
    stop: async () => {
      await server.close();
      await agent.stop();
    },
  };
}
