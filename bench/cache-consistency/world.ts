import { setTimeout as sleep } from "node:timers/promises";
import { type ChaosProxy, startChaosProxy } from "../../test/support/chaos-proxy.ts";
import { startTestRedis, type TestRedis } from "../../test/support/redis.ts";

/** The servers of one subject: the source, the cache's Redis, and a proxy in front of it for each worker. */
export interface World {
  readonly source: TestRedis;
  /** The present master. */
  readonly redis: TestRedis;
  readonly proxies: readonly ChaosProxy[];
  /** The master loses everything, as it has no persistence. */
  restart(): Promise<void>;
  /** The master goes, and all reach a replica that never got what was acknowledged in the last `lostMs`. */
  failOver(lostMs: number): Promise<void>;
  stop(): Promise<void>;
}

export async function buildWorld(workers: number): Promise<World> {
  const source = await startTestRedis({ isOwn: true });
  let master = await startTestRedis({ isOwn: true });
  const proxies = await Promise.all(
    Array.from({ length: workers }, () => startChaosProxy(master.port)),
  );
  return {
    source,
    get redis() {
      return master;
    },
    proxies,
    restart: async () => {
      await master.restart();
      await promote(master);
    },
    failOver: async (lostMs) => {
      const old = master;
      const link = await startChaosProxy(old.port);
      const replica = await startTestRedis({ replicaOf: { port: link.port } });
      link.stall();
      await sleep(lostMs);
      await link.refuse();
      await promote(replica);
      master = replica;
      for (const proxy of proxies) {
        proxy.retarget(replica.port);
        proxy.cut();
      }
      await link.stop();
      await old.stop();
    },
    stop: async () => {
      await Promise.all(proxies.map((proxy) => proxy.stop()));
      await Promise.all([source.stop(), master.stop()]);
    },
  };
}

/** Makes a replica a master; one that was started as a replica is one again after a restart. */
async function promote(redis: TestRedis): Promise<void> {
  const client = redis.connect();
  await client.call("REPLICAOF", "NO", "ONE");
  client.disconnect();
}
