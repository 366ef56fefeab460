import { type Cache, createCache, memoryTier, type NamespaceOptions } from "@streamgate/cache";
import { postgresTier } from "@streamgate/cache/postgres";
import { redisBus, redisTier } from "@streamgate/cache/redis";
import { Redis } from "ioredis";
import pg from "pg";
import type { ResolvedCacheChoice } from "./cache-choice.ts";
import { DEPENDENCIES } from "./dependencies.ts";
import { LIFETIMES, RESOURCES, type Resource } from "./lifetimes.ts";

/** A cache with the connections that were opened for it. */
export interface MediaCache {
  readonly cache: Cache;
  close(): Promise<void>;
}

export interface MediaCacheParts {
  readonly choice: Exclude<ResolvedCacheChoice, { readonly kind: "off" }>;
  /** Where the durable tier lies. */
  readonly databaseUrl: string;
  readonly onWarning: (warning: string) => void;
}

/** Processes of one prefix share what they know. */
const PREFIX = "media";
const MEMORY = "128mb";
/** Classifications alone go through these. */
const DURABLE_CONNECTIONS = 2;
const CONNECTION_WAIT_MS = 2_000;

/** Memory, Redis where it is chosen, and PostgreSQL for what is dear; the edge behind them. */
export function openMediaCache({ choice, databaseUrl, onWarning }: MediaCacheParts): MediaCache {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: DURABLE_CONNECTIONS,
    connectionTimeoutMillis: CONNECTION_WAIT_MS,
    application_name: "streamgate-media cache",
  });
  pool.on("error", () => undefined);
  const client = choice.kind === "redis" ? connectRedis(choice.redisUrl) : undefined;
  const cache = createCache({
    name: "answers",
    tiers: [
      memoryTier({ maxBytes: MEMORY }),
      ...(client === undefined ? [] : [redisTier({ client, prefix: PREFIX })]),
      postgresTier({ pool }),
    ],
    bus: client === undefined ? "none" : redisBus({ client, prefix: PREFIX }),
    ...(choice.edge === undefined ? {} : { edge: choice.edge.sink }),
    dependencies: DEPENDENCIES,
    namespaces: Object.fromEntries(RESOURCES.map((name) => [name, namespaceOf(name)])),
    onWarning,
  });
  return {
    cache,
    close: async () => {
      await cache.close();
      client?.disconnect();
      await pool.end();
    },
  };
}

function namespaceOf(resource: Resource): NamespaceOptions {
  const { ttl, hold = "values", isDurable = false } = LIFETIMES[resource];
  return {
    ttl,
    hold,
    dependsOn: [`answer:${resource}`],
    ...(isDurable ? {} : { perTier: { postgres: false } }),
  };
}

/** While Redis is away its commands fail at once, and the API goes on without it. */
function connectRedis(url: string): Redis {
  const client = new Redis(url, { maxRetriesPerRequest: 1, connectionName: "streamgate-media" });
  client.on("error", () => undefined);
  return client;
}
