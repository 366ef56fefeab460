import type { ServerResponse } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Gate } from "../access/gate.ts";
import { API_PREFIX, sendProblem } from "../api/api-routes.ts";
import { requireScope } from "../api/caller.ts";
import { unavailable } from "../api/refusal.ts";
import type { LiveBus } from "../live/live-bus.ts";

const HEARTBEAT_MS = 15_000;
const RETRY_MS = 2_000;
const MOST_LISTENERS = 5_000;
/** Who reads more slowly than events come is let go, and comes back by itself. */
const MOST_WAITING_BYTES = 1_000_000;

/** Adds the stream of live events. */
export function addEvents(
  app: FastifyInstance,
  live: LiveBus,
  gate: Gate,
  onUnexpected: (error: unknown, requestId: string) => void,
): void {
  const open = new Map<ServerResponse, FastifyRequest>();
  const heartbeat = setInterval(() => {
    for (const [response, request] of open) {
      response.write(": still here\n\n");
      void endUnlessAdmitted(gate, request, response);
    }
  }, HEARTBEAT_MS);
  heartbeat.unref();
  app.addHook("preClose", async () => {
    clearInterval(heartbeat);
    for (const response of open.keys()) response.end();
  });
  app.get(`${API_PREFIX}/events`, { exposeHeadRoute: false }, async (request, reply) => {
    try {
      requireScope("read", await gate.admit(request));
      if (live.listeners >= MOST_LISTENERS)
        throw unavailable(`${MOST_LISTENERS} others listen already`, "come back later");
    } catch (error) {
      return sendProblem(request, reply, error, onUnexpected);
    }
    reply.hijack();
    const response = reply.raw;
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) response.setHeader(name, value);
    response.writeHead(200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
    response.write(`retry: ${RETRY_MS}\n\n`);
    open.set(response, request);
    const lastId = request.headers["last-event-id"];
    const unsubscribe = live.subscribe(
      (text) => {
        if (response.writableLength > MOST_WAITING_BYTES) response.destroy();
        else response.write(text);
      },
      typeof lastId === "string" ? lastId : undefined,
    );
    response.on("close", () => {
      unsubscribe();
      open.delete(response);
    });
    return undefined;
  });
}

/** A token or session that has ended hears no more. */
async function endUnlessAdmitted(
  gate: Gate,
  request: FastifyRequest,
  response: ServerResponse,
): Promise<void> {
  if (!(await gate.isStillAdmitted(request))) response.end();
}
