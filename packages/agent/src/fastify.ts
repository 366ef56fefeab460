import type { IncomingMessage, ServerResponse } from "node:http";
import { RunningAgent } from "./agent.ts";
import type { Endpoint } from "./endpoints/endpoint.ts";
import { isLoopbackAddress } from "./endpoints/loopback.ts";
import { serveEndpoint } from "./endpoints/serve.ts";
import { badAgentOption } from "./errors.ts";
import type { FastifyLike } from "./instrumentation/fastify-routes.ts";
import type { AgentOptions } from "./options.ts";

/** How the agent watches a Fastify application. */
export interface FastifyAgentOptions extends AgentOptions {
  /** Stands before every address of the agent: `/internal`. @default "" */
  readonly prefix?: string;
}

/** The little of a Fastify 5 instance that is needed. */
export type FastifyApp = FastifyLike & {
  route(route: {
    readonly method: string[];
    readonly url: string;
    readonly exposeHeadRoute: boolean;
    readonly handler: (request: RequestLike, reply: ReplyLike) => Promise<void>;
  }): unknown;
  /** Of the part of the application that the agent is registered in: `route` puts it before its addresses, `hasRoute` does not. */
  readonly prefix: string;
  hasRoute(route: { readonly method: string; readonly url: string }): boolean;
  addHook(name: "onListen" | "preClose" | "onClose", hook: () => Promise<void>): unknown;
  /** A text is the path of a Unix socket. */
  addresses(): readonly (string | { readonly address: string })[];
};

interface RequestLike {
  readonly raw: IncomingMessage;
  /** As the application's parsers gave it. */
  readonly body: unknown;
}

interface ReplyLike {
  readonly raw: ServerResponse;
  hijack(): unknown;
}

/** All of them, so that a wrong one is told which is right. */
const METHODS: readonly string[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/**
 * Watches this process, and serves what it sees from the application's own port: `/metrics`, `/health`, `/ready`,
 * `/streamgate/report`, `/streamgate/traces`, and profiles. An address that the application serves itself stays the
 * application's. Register it first, so that what is registered later is watched from its beginning.
 *
 * @example
 * ```ts
 * import { agent } from "@streamgate/agent/fastify";
 * import fastify from "fastify";
 *
 * const app = fastify();
 * app.register(agent, { service: "shop", token: "3f1c…at least 16 characters" });
 * ```
 *
 * @throws SG_AGENT_BAD_OPTION, SG_AGENT_WEAK_TOKEN
 */
export const agent: (app: FastifyApp, options: FastifyAgentOptions) => Promise<void> =
  Object.assign(watchApplication, {
    // What Fastify asks of a plugin that belongs to the whole application, not to a part of it.
    [Symbol.for("skip-override")]: true,
    [Symbol.for("fastify.display-name")]: "@streamgate/agent",
    [Symbol.for("plugin-meta")]: { name: "@streamgate/agent", fastify: "5.x" },
  });

async function watchApplication(app: FastifyApp, options: FastifyAgentOptions): Promise<void> {
  const { prefix = "" } = options;
  if (prefix !== "" && !/^\/.*[^/]$/.test(prefix))
    throw badAgentOption("prefix", prefix, "empty, or a path that begins with / and ends without");
  const running = new RunningAgent(options, () => publicAddressOf(app));
  app.addHook("onClose", () => running.stop());
  app.addHook("preClose", async () => {
    running.drain();
    running.door.acts.close();
  });
  app.addHook("onListen", async () => warnWithoutToken(app, running));
  running.instrumentation?.attachFastify(app);
  for (const endpoint of running.endpoints) addRoute(app, running, endpoint, prefix);
}

function addRoute(
  app: FastifyApp,
  { door }: RunningAgent,
  endpoint: Endpoint,
  prefix: string,
): void {
  const url = prefix + endpoint.path;
  const hasRoute = (method: string): boolean => app.hasRoute({ method, url: app.prefix + url });
  if (hasRoute(endpoint.method)) return;
  app.route({
    method: METHODS.filter((method) => !hasRoute(method)),
    url,
    exposeHeadRoute: false,
    handler: (request, reply) => {
      reply.hijack();
      return serveEndpoint(endpoint, door, request.raw, reply.raw, request.body);
    },
  });
}

function warnWithoutToken(app: FastifyApp, { door, options }: RunningAgent): void {
  const open = publicAddressOf(app);
  if (door.token !== undefined || open === undefined) return;
  options.onWarning(
    `The agent has no token, and the application listens on ${open}, which others can reach: the agent tells its health alone. Set STREAMGATE_AGENT_TOKEN, or listen on 127.0.0.1.`,
  );
}

/** An address that others can reach; a Unix socket is none. */
function publicAddressOf(app: FastifyApp): string | undefined {
  return app
    .addresses()
    .flatMap((each) => (typeof each === "string" ? [] : [each.address]))
    .find((address) => !isLoopbackAddress(address));
}
