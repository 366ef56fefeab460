import { Cluster, type ClusterOptions, Redis } from "ioredis";
import { type RedisProcess, startRedisProcess } from "./redis-process.ts";
import { until } from "./until.ts";

/** A real Redis Cluster on the loopback address. */
export interface TestRedisCluster {
  /** Masters first, then the replicas in the order of their masters. */
  readonly nodes: readonly RedisProcess[];
  /** A client; `stop` disconnects it too. */
  connect(options?: ClusterOptions): Cluster;
  /** The node that now serves the slot of this key. */
  masterOf(key: string): Promise<RedisProcess>;
  /** Runs a command on one node. */
  command(node: RedisProcess, ...words: readonly string[]): Promise<unknown>;
  flush(): Promise<void>;
  stop(): Promise<void>;
}

export interface TestRedisClusterOptions {
  /** @default 3 */
  readonly masters?: number;
  /** Replicas a master. @default 0 */
  readonly replicas?: 0 | 1;
  readonly settings?: Readonly<Record<string, string>>;
}

const SLOTS = 16_384;

/** Starts the nodes, deals the slots out evenly and waits until every node says that the cluster is well. */
export async function startTestRedisCluster(
  options: TestRedisClusterOptions = {},
): Promise<TestRedisCluster> {
  const { masters = 3, replicas = 0 } = options;
  const settings = {
    "cluster-enabled": "yes",
    "cluster-node-timeout": "500",
    "cluster-replica-validity-factor": "0",
    "cluster-require-full-coverage": "no",
    ...options.settings,
  };
  const nodes: RedisProcess[] = [];
  for (let index = 0; index < masters * (1 + replicas); index += 1) {
    nodes.push(await startRedisProcess({ settings }));
  }
  const handle = handleOf(nodes);
  await dealSlots(handle, masters);
  await introduce(handle);
  await attachReplicas(handle, masters);
  await until(async () =>
    (await Promise.all(nodes.map((node) => isWell(handle, node)))).every(Boolean),
  );
  return handle;
}

function handleOf(nodes: readonly RedisProcess[]): TestRedisCluster {
  const clients: Cluster[] = [];
  const command = async (node: RedisProcess, ...words: readonly string[]): Promise<unknown> => {
    const [name = "PING", ...rest] = words;
    const client = new Redis(node.port, "127.0.0.1", { retryStrategy: () => 20 });
    client.on("error", () => undefined);
    try {
      return await client.call(name, ...rest);
    } finally {
      client.disconnect();
    }
  };
  return {
    nodes,
    command,
    connect: (options = {}) => {
      const client = new Cluster(
        nodes.map(({ port }) => ({ host: "127.0.0.1", port })),
        { clusterRetryStrategy: () => 50, ...options },
      );
      client.on("error", () => undefined);
      clients.push(client);
      return client;
    },
    masterOf: async (key) => {
      for (const node of nodes) {
        const reply = await command(node, "EXISTS", key).catch((error: unknown) => error);
        if (!(reply instanceof Error)) return node;
      }
      throw new Error(`no node serves ${key}`);
    },
    flush: async () => {
      await Promise.all(
        nodes.map((node) => command(node, "FLUSHALL").catch((error: unknown) => error)),
      );
    },
    stop: async () => {
      for (const client of clients) client.disconnect();
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

async function dealSlots(cluster: TestRedisCluster, masters: number): Promise<void> {
  for (const [index, node] of cluster.nodes.slice(0, masters).entries()) {
    const from = Math.floor((SLOTS * index) / masters);
    const below = Math.floor((SLOTS * (index + 1)) / masters);
    const slots = Array.from({ length: below - from }, (_, offset) => String(from + offset));
    await cluster.command(node, "CLUSTER", "ADDSLOTS", ...slots);
    await cluster.command(node, "CLUSTER", "SET-CONFIG-EPOCH", String(index + 1));
  }
}

async function introduce(cluster: TestRedisCluster): Promise<void> {
  const [first, ...others] = cluster.nodes;
  if (first === undefined) return;
  for (const other of others) {
    await cluster.command(other, "CLUSTER", "MEET", "127.0.0.1", String(first.port));
  }
  const knowsAll = async (node: RedisProcess): Promise<boolean> => {
    const text = String(await cluster.command(node, "CLUSTER", "NODES"));
    return text.trim().split("\n").length === cluster.nodes.length && !text.includes("handshake");
  };
  await until(async () => (await Promise.all(cluster.nodes.map(knowsAll))).every(Boolean));
}

async function attachReplicas(cluster: TestRedisCluster, masters: number): Promise<void> {
  for (const [index, replica] of cluster.nodes.slice(masters).entries()) {
    const master = cluster.nodes[index % masters];
    if (master === undefined) continue;
    const id = String(await cluster.command(master, "CLUSTER", "MYID"));
    await cluster.command(replica, "CLUSTER", "REPLICATE", id);
    await until(async () =>
      String(await cluster.command(replica, "INFO", "replication")).includes("link_status:up"),
    );
  }
}

async function isWell(cluster: TestRedisCluster, node: RedisProcess): Promise<boolean> {
  const state = String(await cluster.command(node, "CLUSTER", "INFO"));
  return state.includes("cluster_state:ok") && state.includes(`cluster_slots_assigned:${SLOTS}`);
}
