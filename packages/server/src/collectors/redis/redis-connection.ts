import { messageOf } from "@streamgate/core";
import { Cluster, Redis } from "ioredis";
import { explainConnection } from "../database/connection-words.ts";
import { parseInfo, type RedisInfo } from "./redis-info.ts";

/** A connection that is kept between readings and made anew where it broke. */
export interface RedisConnection {
  /** One answer a server: of a cluster, those of all primaries. */
  read(signal: AbortSignal): Promise<readonly RedisInfo[]>;
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 5_000;
const COMMAND_TIMEOUT_MS = 5_000;

/** Nothing is tried again here: when it is, the schedule says. */
const OPTIONS = {
  lazyConnect: true,
  connectTimeout: CONNECT_TIMEOUT_MS,
  commandTimeout: COMMAND_TIMEOUT_MS,
  maxRetriesPerRequest: 0,
  retryStrategy: () => null,
  enableOfflineQueue: false,
  connectionName: "streamgate-collector",
} as const;

export function redisConnection(url: string): RedisConnection {
  let single: Redis | undefined;
  let cluster: Cluster | undefined;
  const letGo = (): void => {
    single?.disconnect();
    cluster?.disconnect();
    single = undefined;
    cluster = undefined;
  };
  const readAll = async (): Promise<readonly RedisInfo[]> => {
    // One that broke while nobody read is made anew at once.
    if (single?.status !== "ready") letGo();
    single ??= await connectSingle(url);
    const first = await infoOf(single);
    if (!first.isCluster) return [first];
    cluster ??= await connectCluster(url);
    return Promise.all(cluster.nodes("master").map(infoOf));
  };
  return {
    read: async (signal) => {
      signal.throwIfAborted();
      signal.addEventListener("abort", letGo, { once: true });
      try {
        const infos = await readAll();
        if (infos.some(({ isLoading }) => isLoading)) throw new Error("it is loading its data");
        return infos;
      } catch (error) {
        letGo();
        throw explainConnection(
          hasBroken(error) ? new Error("the connection was broken off", { cause: error }) : error,
        );
      } finally {
        signal.removeEventListener("abort", letGo);
      }
    },
    close: async () => letGo(),
  };
}

/** ioredis says it in words of its own. */
function hasBroken(error: unknown): boolean {
  return /Stream isn't writeable|Connection is closed/.test(messageOf(error));
}

async function connectSingle(url: string): Promise<Redis> {
  const redis = new Redis(url, OPTIONS);
  // ioredis tells what went wrong here, and to whoever waits only that the connection is closed.
  let reason: unknown;
  redis.on("error", (error) => {
    reason = error;
  });
  try {
    await redis.connect();
    return redis;
  } catch (error) {
    redis.disconnect();
    throw reason ?? error;
  }
}

async function connectCluster(url: string): Promise<Cluster> {
  const { username, password, protocol } = new URL(url);
  const cluster = new Cluster([url], {
    lazyConnect: true,
    enableOfflineQueue: true,
    clusterRetryStrategy: () => null,
    slotsRefreshTimeout: COMMAND_TIMEOUT_MS,
    redisOptions: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      commandTimeout: COMMAND_TIMEOUT_MS,
      maxRetriesPerRequest: 0,
      connectionName: OPTIONS.connectionName,
      ...(username === "" ? {} : { username: decodeURIComponent(username) }),
      ...(password === "" ? {} : { password: decodeURIComponent(password) }),
      ...(protocol === "rediss:" ? { tls: {} } : {}),
    },
  });
  cluster.on("error", () => undefined);
  try {
    await cluster.connect();
    return cluster;
  } catch (error) {
    cluster.disconnect();
    throw error;
  }
}

async function infoOf(redis: Redis): Promise<RedisInfo> {
  const [text, keys] = await Promise.all([redis.info(), redis.dbsize()]);
  return parseInfo(text, keys);
}
