import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "@streamgate/core";
import { redisTier } from "../../packages/cache/src/tiers/redis/redis-tier.ts";
import { NAMESPACE, PREFIX } from "../cache-stampede/contenders/streamgate.ts";
import type { FailingRedis, Fault } from "./faults.ts";
import { nowMs, type Read, type Turn } from "./messages.ts";
import type { Reader } from "./reader.ts";

/** What one fault did, from before it to the recovery. */
export interface Cycle {
  readonly healthy: readonly Read[];
  /** Under way at the fault, or begun after it while the breaker was closed. */
  readonly detecting: readonly Read[];
  /** Begun while the breaker was open. */
  readonly open: readonly Read[];
  /** Begun after the end of the fault. */
  readonly recovering: readonly Read[];
  /** From the fault until the breaker opened; undefined when it never did. */
  readonly openedAfterMs: number | undefined;
  /** From the end of the fault until the breaker closed for good; 0 when it was closed. */
  readonly recoveredAfterMs: number;
  readonly invalidation: {
    readonly code: string;
    readonly tookMs: number;
    /** From the end of the fault until the shared tier gives the value no more. */
    readonly acknowledgedAfterMs: number;
  };
}

const READS_A_SECOND = 200;
const HEALTHY_MS = 500;
const FAULTY_MS = 1_200;
const WELL_AGAIN_MS = 200;
const LONGEST_RECOVERY_MS = 15_000;

export async function runCycle(
  reader: Reader,
  failing: FailingRedis,
  fault: Fault,
  invalidatedKey: string,
): Promise<Cycle> {
  const redisPort = failing.proxy.port;
  await reader.ask({ order: "settle", redisPort }, "settled");
  const witness = await Witness.of(failing, invalidatedKey);
  reader.tell({ order: "read", redisPort, aSecond: READS_A_SECOND });
  await sleep(HEALTHY_MS);
  const struckMs = nowMs();
  await failing.strike(fault);
  await sleep(FAULTY_MS / 2);
  const order = { order: "invalidate", redisPort, key: invalidatedKey } as const;
  const { code, tookMs } = await reader.ask(order, "invalidated");
  await sleep(FAULTY_MS / 2);
  await failing.mend();
  const mendedMs = nowMs();
  const acknowledgedMs = await witness.acknowledged();
  await reader.ask({ order: "settle", redisPort }, "settled");
  await sleep(WELL_AGAIN_MS);
  const { reads, breaker } = await reader.ask({ order: "stop" }, "stopped");
  await witness.close();

  const openedMs = breaker.find(({ state, atMs }) => state === "open" && atMs >= struckMs)?.atMs;
  const wellMs = recoveredAt(breaker, mendedMs);
  const between = (fromMs: number, toMs: number): readonly Read[] =>
    reads.filter(({ beganMs }) => beganMs >= fromMs && beganMs < toMs);
  const hit = between(0, mendedMs).filter(({ beganMs, tookMs: ms }) => beganMs + ms >= struckMs);
  return {
    healthy: between(0, struckMs).filter((read) => !hit.includes(read)),
    detecting: hit.filter(({ beganMs }) => isClosedAt(breaker, beganMs)),
    open: hit.filter(({ beganMs }) => !isClosedAt(breaker, beganMs)),
    recovering: between(mendedMs, Number.POSITIVE_INFINITY),
    openedAfterMs: openedMs === undefined ? undefined : openedMs - struckMs,
    recoveredAfterMs: Math.max(0, wellMs - mendedMs),
    invalidation: { code, tookMs, acknowledgedAfterMs: acknowledgedMs - mendedMs },
  };
}

function isClosedAt(breaker: readonly Turn[], timeMs: number): boolean {
  const last = breaker.findLast(({ atMs }) => atMs <= timeMs);
  return last === undefined || last.state === "closed";
}

/** When the breaker closed for the last time after the fault, or the end of the fault when it was closed then. */
function recoveredAt(breaker: readonly Turn[], mendedMs: number): number {
  return Math.max(mendedMs, breaker.findLast(({ state }) => state === "closed")?.atMs ?? 0);
}

/** Looks past the proxy at what Redis itself gives for a key. */
class Witness {
  readonly #client: ReturnType<FailingRedis["redis"]["connect"]>;
  readonly #tier: ReturnType<typeof redisTier>;
  readonly #read: { readonly key: string; readonly tags: readonly string[] };

  static async of({ redis }: FailingRedis, key: string): Promise<Witness> {
    const witness = new Witness(redis.connect(), key);
    await witness.#fill();
    return witness;
  }

  private constructor(client: ReturnType<FailingRedis["redis"]["connect"]>, key: string) {
    this.#client = client;
    this.#tier = redisTier({ client, prefix: PREFIX, clock: systemClock });
    this.#read = {
      key: `${NAMESPACE}:${key}`,
      tags: [`#${NAMESPACE}:${key}`, `@${NAMESPACE}`],
    };
  }

  /** When it was seen to be gone. */
  async acknowledged(): Promise<number> {
    const deadlineMs = nowMs() + LONGEST_RECOVERY_MS;
    while (nowMs() < deadlineMs) {
      const [found] = await this.#tier.read([this.#read]);
      if (found === undefined) break;
      await sleep(5);
    }
    return nowMs();
  }

  async close(): Promise<void> {
    await this.#tier.close();
    this.#client.disconnect();
  }

  async #fill(): Promise<void> {
    const { stamp } = await this.#tier.begin(this.#read);
    await this.#tier.fill({
      ...this.#read,
      stamp,
      payload: { format: "json", compression: "none", bytes: Buffer.from('"old"') },
      ttlMs: 60_000,
      graceMs: 0,
      loadMs: 0,
      ageMs: 0,
    });
    const [found] = await this.#tier.read([this.#read]);
    if (found === undefined) throw new Error("the value to be invalidated is not there");
  }
}
