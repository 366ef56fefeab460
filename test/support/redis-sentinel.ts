import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Redis, type RedisOptions } from "ioredis";
import { type RedisProcess, startRedisProcess } from "./redis-process.ts";
import { startTestRedis, type TestRedis } from "./single-redis.ts";
import { until } from "./until.ts";

/** A master, its replica, and the Sentinels that watch them. */
export interface TestSentinel {
  readonly name: string;
  readonly master: TestRedis;
  readonly replica: TestRedis;
  readonly sentinels: readonly RedisProcess[];
  /** A client that asks the Sentinels for the master; `stop` disconnects it too. */
  connect(options?: RedisOptions): Redis;
  /** The port of the master that the Sentinels now name. */
  masterPort(): Promise<number>;
  stop(): Promise<void>;
}

export interface TestSentinelOptions {
  /** @default 1 */
  readonly sentinels?: 1 | 2 | 3;
  /** After how long a silent master is given up. @default 500 */
  readonly downAfterMs?: number;
}

const NAME = "streamgate";

/** Starts all and waits until every Sentinel knows the replica. */
export async function startTestSentinel(options: TestSentinelOptions = {}): Promise<TestSentinel> {
  const { sentinels: count = 1, downAfterMs = 500 } = options;
  const master = await startTestRedis({ isOwn: true });
  const replica = await startTestRedis({ replicaOf: master });
  const quorum = Math.floor(count / 2) + 1;
  const sentinels: RedisProcess[] = [];
  for (let index = 0; index < count; index += 1) {
    sentinels.push(
      await startRedisProcess({
        sentinelFile: async (port, folder) => {
          const file = join(folder, "sentinel.conf");
          const lines = [
            `port ${port}`,
            "bind 127.0.0.1",
            `dir ${folder}`,
            `sentinel monitor ${NAME} 127.0.0.1 ${master.port} ${quorum}`,
            `sentinel down-after-milliseconds ${NAME} ${downAfterMs}`,
            `sentinel failover-timeout ${NAME} 3000`,
          ];
          await writeFile(file, `${lines.join("\n")}\n`);
          return file;
        },
      }),
    );
  }
  const handle = handleOf(master, replica, sentinels);
  await Promise.all(sentinels.map((sentinel) => untilComplete(sentinel, count)));
  return handle;
}

function handleOf(
  master: TestRedis,
  replica: TestRedis,
  sentinels: readonly RedisProcess[],
): TestSentinel {
  const clients: Redis[] = [];
  return {
    name: NAME,
    master,
    replica,
    sentinels,
    connect: (options = {}) => {
      const client = new Redis({
        sentinels: sentinels.map(({ port }) => ({ host: "127.0.0.1", port })),
        name: NAME,
        retryStrategy: () => 50,
        sentinelRetryStrategy: () => 50,
        ...options,
      });
      client.on("error", () => undefined);
      clients.push(client);
      return client;
    },
    masterPort: async () => {
      const [first] = sentinels;
      if (first === undefined) throw new Error("no Sentinel runs");
      const reply = await ask(first, "get-master-addr-by-name");
      return Number((reply as readonly string[])[1]);
    },
    stop: async () => {
      for (const client of clients) client.disconnect();
      await Promise.all([...sentinels, replica, master].map((server) => server.stop()));
    },
  };
}

async function ask(sentinel: RedisProcess, question: string): Promise<unknown> {
  const client = new Redis(sentinel.port, "127.0.0.1");
  try {
    return await client.call("SENTINEL", question, NAME);
  } finally {
    client.disconnect();
  }
}

async function untilComplete(sentinel: RedisProcess, sentinels: number): Promise<void> {
  await until(async () => {
    const replicas = (await ask(sentinel, "replicas")) as readonly unknown[];
    const others = (await ask(sentinel, "sentinels")) as readonly unknown[];
    return replicas.length === 1 && others.length === sentinels - 1;
  });
}
