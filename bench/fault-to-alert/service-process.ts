// A small service with the agent inside: `node service-process.ts SETTINGS`, the settings as JSON; orders come by IPC.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { startAgent } from "@streamgate/agent";
import { Redis } from "ioredis";
import pg from "pg";
import type { ServiceOrder, ServiceReady, ServiceSettings } from "./service.ts";

const settings = JSON.parse(process.argv[2] ?? "{}") as ServiceSettings;
const ITEMS = 1_000;
const REDIS_TIMEOUT_MS = 1_000;

process.on("disconnect", () => process.exit());
const pool = new pg.Pool({ connectionString: settings.database, max: 8 });
pool.on("error", () => undefined);
const redis = new Redis({
  port: settings.redisPort,
  host: "127.0.0.1",
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  commandTimeout: REDIS_TIMEOUT_MS,
  retryStrategy: () => 200,
  // What the client asks for itself would time out where nobody catches it.
  enableReadyCheck: false,
  disableClientInfo: true,
});
redis.on("error", () => undefined);
await once(redis, "ready");
const agent = await startAgent({
  service: settings.name,
  instance: `${settings.name}-1`,
  release: "1",
});

let errorShare = 0;
let requests = 0;
let leaksPerSecond = 0;
const leaked: NodeJS.Timeout[] = [];
setInterval(() => {
  for (let count = 0; count < leaksPerSecond; count += 1)
    leaked.push(setTimeout(() => undefined, 3_600_000));
}, 1_000);

process.on("message", (message) => {
  const order = message as ServiceOrder;
  errorShare = order.errorShare;
  leaksPerSecond = order.leaksPerSecond;
  if (leaksPerSecond === 0) for (const timer of leaked.splice(0)) clearTimeout(timer);
});

/** Failures come at even distances: a share of 2 % is every fiftieth request. */
function mustFail(): boolean {
  requests += 1;
  return Math.floor(requests * errorShare) > Math.floor((requests - 1) * errorShare);
}

const server = createServer((request, response) => {
  const end = (status: number, body: unknown): void => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  answer(Number(request.url?.slice(1)) % ITEMS).then(
    (item) => (mustFail() ? end(500, { title: "broken" }) : end(200, item)),
    () => end(503, { title: "no database" }),
  );
});

async function answer(id: number): Promise<unknown> {
  const views = await redis.incr(`views:${settings.name}:${id}`).catch(() => undefined);
  const { rows } = await pool.query("select id, title from item where id = $1", [id]);
  return { ...rows[0], views };
}

server.listen(0, "127.0.0.1", () => {
  const ready: ServiceReady = {
    port: (server.address() as AddressInfo).port,
    agentUrl: agent.url,
  };
  process.send?.(ready);
});
