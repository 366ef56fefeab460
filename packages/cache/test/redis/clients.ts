import { systemClock } from "@streamgate/core";
import { Cluster as Cluster5, Redis as Redis5 } from "ioredis";
import { Cluster as Cluster6, Redis as Redis6 } from "ioredis-6";
import { Cluster as ClusterValkey, Redis as RedisValkey } from "iovalkey";
import type { RedisClient } from "../../src/redis/client.ts";
import type { RedisTierOptions } from "../../src/tiers/redis/options.ts";
import { type RedisTier, redisTier } from "../../src/tiers/redis/redis-tier.ts";

/** A client library, by what the tests need of it. */
export interface ClientLibrary {
  readonly name: string;
  connect(port: number, options?: ConnectOptions): TestClient;
  connectCluster(ports: readonly number[]): TestClient;
}

export interface ConnectOptions {
  readonly commandTimeout?: number;
  readonly keyPrefix?: string;
}

export type TestClient = RedisClient & { disconnect(): void };

const OPTIONS = { maxRetriesPerRequest: null, retryStrategy: () => 20 } as const;
const CLUSTER_OPTIONS = { clusterRetryStrategy: () => 50 } as const;

export const CLIENT_LIBRARIES: readonly ClientLibrary[] = [
  {
    name: "ioredis 5",
    connect: (port, options) => quiet(new Redis5(port, "127.0.0.1", { ...OPTIONS, ...options })),
    connectCluster: (ports) => quiet(new Cluster5(nodes(ports), CLUSTER_OPTIONS)),
  },
  {
    name: "ioredis 6",
    connect: (port, options) => quiet(new Redis6(port, "127.0.0.1", { ...OPTIONS, ...options })),
    connectCluster: (ports) => quiet(new Cluster6(nodes(ports), CLUSTER_OPTIONS)),
  },
  {
    name: "iovalkey",
    connect: (port, options) =>
      quiet(new RedisValkey(port, "127.0.0.1", { ...OPTIONS, ...options })),
    connectCluster: (ports) => quiet(new ClusterValkey(nodes(ports), CLUSTER_OPTIONS)),
  },
];

function nodes(ports: readonly number[]): { host: string; port: number }[] {
  return ports.map((port) => ({ host: "127.0.0.1", port }));
}

function quiet<Client extends TestClient>(client: Client): Client {
  client.on("error", () => undefined);
  return client;
}

/** Every client and tier of a test, closed at its end. */
export class Connections {
  readonly #open: (() => void | Promise<void>)[] = [];

  client(port: number, options: ConnectOptions = {}, library = 0): TestClient {
    return this.keep(pick(library).connect(port, options));
  }

  cluster(ports: readonly number[], library = 0): TestClient {
    return this.keep(pick(library).connectCluster(ports));
  }

  keep(client: TestClient): TestClient {
    this.#open.push(() => client.disconnect());
    return client;
  }

  tier(client: RedisClient, options: Partial<RedisTierOptions> = {}): RedisTier {
    const tier = redisTier({ client, prefix: "test", clock: systemClock, ...options });
    this.#open.push(() => tier.close());
    return tier;
  }

  async close(): Promise<void> {
    for (const close of this.#open.splice(0).reverse()) await close();
  }
}

function pick(library: number): ClientLibrary {
  const found = CLIENT_LIBRARIES[library];
  if (found === undefined) throw new RangeError(`there is no library ${library}`);
  return found;
}
