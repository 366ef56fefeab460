import { type ChaosProxy, startChaosProxy } from "../../test/support/chaos-proxy.ts";
import { startTestRedis, type TestRedis } from "../../test/support/redis.ts";

export const FAULTS = [
  "refuses",
  "silent while connected",
  "silent from the connection on",
  "answers after 100 ms",
  "answers after 12 ms",
  "stopped by SIGSTOP",
] as const;
export type Fault = (typeof FAULTS)[number];

/** A Redis of its own, and the way to it. */
export interface FailingRedis {
  readonly redis: TestRedis;
  readonly proxy: ChaosProxy;
  strike(fault: Fault): Promise<void>;
  mend(): Promise<void>;
  stop(): Promise<void>;
}

export async function startFailingRedis(): Promise<FailingRedis> {
  const redis = await startTestRedis({ isOwn: true });
  const proxy = await startChaosProxy(redis.port);
  let present: Fault | undefined;
  return {
    redis,
    proxy,
    strike: async (fault) => {
      present = fault;
      switch (fault) {
        case "refuses":
          return proxy.refuse();
        case "silent while connected":
          return proxy.blackhole();
        case "silent from the connection on":
          proxy.blackhole();
          return proxy.cut();
        case "answers after 100 ms":
          return proxy.delay(100 / 2);
        case "answers after 12 ms":
          return proxy.delay(12 / 2);
        case "stopped by SIGSTOP":
          return redis.pause();
      }
    },
    mend: async () => {
      proxy.pass();
      if (present?.startsWith("silent") === true) proxy.cut();
      if (present === "stopped by SIGSTOP") redis.resume();
      present = undefined;
    },
    stop: async () => {
      redis.resume();
      await proxy.stop();
      await redis.stop();
    },
  };
}
