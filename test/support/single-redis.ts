import { Redis, type RedisOptions } from "ioredis";
import { type RedisProcess, startRedisProcess } from "./redis-process.ts";

/** A real Redis of one test file's own. */
export interface TestRedis {
  readonly port: number;
  readonly url: string;
  readonly pid: number;
  /** A client; `stop` disconnects it too. */
  connect(options?: RedisOptions): Redis;
  /** Removes every key, as a FLUSHALL by an operator does. */
  flush(): Promise<void>;
  /** Ends the server at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again, empty, on the same port. */
  restart(): Promise<void>;
  /** Stops the process by SIGSTOP: connections stay open and silent. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

export interface TestRedisOptions {
  /** As in redis.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Follow this server; resolves when it is in step. */
  readonly replicaOf?: { readonly port: number };
  /** Whether the test kills, stops or restarts it, so that STREAMGATE_TEST_REDIS_URL will not do. @default false */
  readonly isOwn?: boolean;
}

/**
 * Starts a Redis on a free port of the loopback address, without persistence. It ends with `stop` or
 * with this process. STREAMGATE_TEST_REDIS_URL is used instead where the test asks for nothing special.
 */
export async function startTestRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
  const url = process.env.STREAMGATE_TEST_REDIS_URL;
  const isSimple = !options.settings && !options.replicaOf && options.isOwn !== true;
  if (url !== undefined && url !== "" && isSimple) return borrowed(url);
  const settings = {
    ...options.settings,
    ...(options.replicaOf ? { replicaof: `127.0.0.1 ${options.replicaOf.port}` } : {}),
  };
  const server = await startRedisProcess({ settings });
  const test = handleOf(server);
  if (options.replicaOf) await untilInStep(test);
  return test;
}

function handleOf(server: RedisProcess): TestRedis {
  const clients = new ClientList(`redis://127.0.0.1:${server.port}`);
  return {
    port: server.port,
    url: clients.url,
    get pid() {
      return server.pid;
    },
    connect: (options) => clients.connect(options),
    flush: () => clients.run("FLUSHALL"),
    kill: () => server.kill(),
    restart: () => server.restart(),
    pause: () => server.pause(),
    resume: () => server.resume(),
    stop: async () => {
      clients.close();
      await server.stop();
    },
  };
}

/** A server that somebody else runs: each test worker has a database of its own there. */
function borrowed(url: string): TestRedis {
  const clients = new ClientList(url, Number(process.env.VITEST_POOL_ID ?? 0) % 16);
  const refuse = (): never => {
    throw new Error("this test needs a Redis of its own: start it with isOwn: true");
  };
  return {
    port: Number(new URL(url).port || 6379),
    url,
    pid: 0,
    connect: (options) => clients.connect(options),
    flush: () => clients.run("FLUSHDB"),
    kill: refuse,
    restart: refuse,
    pause: refuse,
    resume: refuse,
    stop: async () => clients.close(),
  };
}

/** Clients that end with their server. */
class ClientList {
  readonly url: string;
  readonly #database: number;
  readonly #clients: Redis[] = [];

  constructor(url: string, database = 0) {
    this.url = url;
    this.#database = database;
  }

  connect(options: RedisOptions = {}): Redis {
    const { hostname, port, username, password } = new URL(this.url);
    const client = new Redis({
      host: hostname,
      port: Number(port || 6379),
      username: decodeURIComponent(username),
      password: decodeURIComponent(password),
      db: this.#database,
      retryStrategy: () => 20,
      ...options,
    });
    client.on("error", () => undefined);
    this.#clients.push(client);
    return client;
  }

  async run(command: string): Promise<void> {
    const client = this.connect();
    await client.call(command);
    client.disconnect();
  }

  close(): void {
    for (const client of this.#clients) client.disconnect();
  }
}

async function untilInStep(replica: TestRedis): Promise<void> {
  const client = replica.connect();
  for (;;) {
    const state = await client.info("replication");
    if (state.includes("master_link_status:up")) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  client.disconnect();
}
