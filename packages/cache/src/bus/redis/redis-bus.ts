import { randomUUID } from "node:crypto";
import { type RedisKeys, redisKeys } from "../../redis/keys.ts";
import { runScript } from "../../redis/script.ts";
import type { Bus, BusListener, BusMessage, Published } from "../bus.ts";
import { PUBLISH } from "./append.ts";
import { newGeneration } from "./check.ts";
import { answerUnreadable, busClosed, publishFailed } from "./errors.ts";
import { Follower } from "./follower.ts";
import { encodeMessage } from "./message-codec.ts";
import { type RedisBusOptions, type ResolvedBusOptions, resolveBusOptions } from "./options.ts";
import { pause } from "./pause.ts";
import { RollCall, type Sent } from "./roll-call.ts";

/** A message of more entries is sent in several scripts, so that none holds the server up: 64 × 8 KB. */
const ENTRIES_A_SCRIPT = 64;
/** How long closing waits for Redis; then the lease is left to lapse. */
const GOODBYE_MS = 250;

/**
 * A bus over one Redis stream, numbered without gaps, on Redis 6.2 to 8 and Valkey, standalone, Sentinel or Cluster.
 *
 * A message reaches the other processes in well under a millisecond on a healthy network. A process that
 * lost its connection catches up from the stream; one that missed more than the stream holds, or whose server lost what
 * it had acknowledged, is told that its memory is worthless. Its first position counts as such a loss too.
 *
 * `open` resolves when a position was taken up, or after one lease while Redis does not answer; it goes on trying.
 * `publish` rejects with SG_CACHE_BUS_PUBLISH when Redis did not acknowledge. `everywhere` always resolves, within
 * 1.1 leases of the message.
 *
 * @throws SG_CACHE_BUS_OPTION when an option is out of range
 * @example
 * ```ts
 * import { redisBus } from "@streamgate/cache/redis";
 * import { Redis } from "ioredis";
 * const bus = redisBus({ client: new Redis(), prefix: "shop", leaseMs: 1000 });
 * ```
 */
export function redisBus(options: RedisBusOptions): Bus {
  return new RedisBus(resolveBusOptions(options));
}

class RedisBus implements Bus {
  readonly #options: ResolvedBusOptions;
  readonly #keys: RedisKeys;
  readonly #rollCall: RollCall;
  readonly #process = randomUUID();
  #follower: Follower | undefined;
  #opened: Promise<void> | undefined;
  #closed: Promise<void> | undefined;
  #longestLeaseMs: number;

  constructor(options: ResolvedBusOptions) {
    const { client, clock, streamLength } = options;
    this.#options = options;
    this.#keys = redisKeys(options.prefix);
    this.#longestLeaseMs = options.leaseMs;
    const process = this.#process;
    this.#rollCall = new RollCall({ client, keys: this.#keys, clock, process, streamLength });
  }

  open(listener: BusListener): Promise<void> {
    if (this.#closed !== undefined) return Promise.reject(busClosed("open the bus"));
    this.#opened ??= this.#follow(listener);
    return this.#opened;
  }

  async publish(message: BusMessage): Promise<Published> {
    if (this.#closed !== undefined) throw busClosed("publish on the bus");
    const bodies = encodeMessage(message);
    let sent: Sent | undefined;
    try {
      for (let first = 0; first < bodies.length; first += ENTRIES_A_SCRIPT)
        sent = await this.#append(bodies.slice(first, first + ENTRIES_A_SCRIPT));
    } catch (error) {
      throw publishFailed(error);
    }
    const last = sent;
    return {
      everywhere: async () => {
        if (last !== undefined) await this.#rollCall.everywhere(last);
      },
    };
  }

  close(): Promise<void> {
    this.#closed ??= this.#leave();
    return this.#closed;
  }

  async #follow(listener: BusListener): Promise<void> {
    const { client, clock, random, leaseMs } = this.#options;
    const parts = { client, keys: this.#keys, clock, random, leaseMs, process: this.#process };
    this.#follower = new Follower(parts, listener);
    await this.#follower.start();
  }

  async #append(bodies: readonly string[]): Promise<Sent> {
    const { client, clock, streamLength } = this.#options;
    const names = [this.#keys.state, this.#keys.stream];
    const args = [this.#process, streamLength, newGeneration(), ...bodies];
    const answer = await runScript(client, PUBLISH, names, args);
    const [generation, last, leaseMs] = Array.isArray(answer) ? answer.map(String) : [];
    const number = Number(last);
    if (generation === undefined || !Number.isSafeInteger(number))
      throw answerUnreadable("append to the stream of invalidations");
    this.#longestLeaseMs = Math.max(this.#longestLeaseMs, Number(leaseMs) || 0);
    return { generation, number, leaseMs: this.#longestLeaseMs, atMs: clock.monotonicMs() };
  }

  /** Strikes the process off the roll, so that nobody waits for it; as far as Redis answers in time. */
  async #leave(): Promise<void> {
    if (this.#follower === undefined) return;
    this.#follower.stop();
    const { client, clock } = this.#options;
    const { leases, acknowledgements } = this.#keys;
    const goodbye = Promise.allSettled([
      client.call("ZREM", leases, this.#process),
      client.call("HDEL", acknowledgements, this.#process),
    ]);
    const patience = new AbortController();
    await Promise.race([goodbye, pause(clock, GOODBYE_MS, patience.signal)]);
    patience.abort();
  }
}
