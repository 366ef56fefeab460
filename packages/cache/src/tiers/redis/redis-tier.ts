import { randomBytes } from "node:crypto";
import { redisClosed } from "../../redis/errors.ts";
import { type RedisKeys, redisKeys } from "../../redis/keys.ts";
import { RedisSession } from "../../redis/session.ts";
import type {
  BeginRequest,
  Begun,
  Fill,
  FillOutcome,
  SharedTier,
  TierClaims,
  TierRead,
} from "../tier.ts";
import { fetchApart, fetchTogether } from "./fetch.ts";
import { raiseEpochs } from "./invalidate.ts";
import { expiryMs, type Loads, type ReadyFill } from "./loads.ts";
import { loadsApart } from "./loads-apart.ts";
import { loadsTogether } from "./loads-together.ts";
import {
  type RedisTierOptions,
  type ResolvedRedisTierOptions,
  resolveRedisTierOptions,
} from "./options.ts";
import { Outstanding } from "./outstanding.ts";
import { type Found, type ReadBatchParts, readBatch } from "./read-batch.ts";
import { ReadBatcher } from "./read-batcher.ts";
import { RedisClaims } from "./redis-claims.ts";
import { ownStamp, type RedisStamp } from "./stamp.ts";
import { encodeValue } from "./value-header.ts";
import { WakeChannel } from "./wake-channel.ts";

/** A tier in Redis. */
export interface RedisTier extends SharedTier {
  readonly claims: TierClaims;
  /** Verifies the server before anything more is read from it: for whoever learns that it may be another one. */
  doubt(): void;
}

/**
 * A tier in Redis 6.2 or later or Valkey: one server, Sentinel, or a Cluster.
 *
 * @throws StreamGateError `SG_CACHE_REDIS_BAD_OPTION`
 * @example
 * ```ts
 * import { redisTier, type RedisClient } from "@streamgate/cache/redis";
 * import { systemClock } from "@streamgate/core";
 * declare const client: RedisClient; // new Redis() of ioredis
 * const tier = redisTier({ client, prefix: "media", clock: systemClock });
 * ```
 */
export function redisTier(options: RedisTierOptions): RedisTier {
  return new TierInRedis(resolveRedisTierOptions(options));
}

/** Most keys that one command reads: it holds up the server for about half a millisecond. */
const READS_A_COMMAND = 500;

class TierInRedis implements RedisTier {
  readonly name: string;
  readonly claims: RedisClaims;
  readonly #options: ResolvedRedisTierOptions;
  readonly #keys: RedisKeys;
  readonly #session: RedisSession;
  readonly #readParts: ReadBatchParts;
  readonly #loads: Loads;
  readonly #outstanding: Outstanding;
  readonly #batcher: ReadBatcher;
  #isClosed = false;

  constructor(options: ResolvedRedisTierOptions) {
    const { client, clock, random, name, epochTtlMs, verifiedForMs, pollMs } = options;
    const keys = redisKeys(options.prefix);
    const outstanding = new Outstanding(options.maxOutstanding, options.maxOutstandingBytes);
    const process = random ? random.next().toString(36) : randomBytes(12).toString("base64url");
    const wakes = new WakeChannel(client, keys.wake(process));
    const isCluster = client.isCluster === true;
    this.name = name;
    this.#options = options;
    this.#keys = keys;
    this.#outstanding = outstanding;
    this.#batcher = new ReadBatcher(outstanding, (reads) => this.#readAll(reads));
    this.#session = new RedisSession({ client, keys, clock, random, verifiedForMs });
    const fetch = isCluster ? fetchApart(client, this.#session) : fetchTogether(client);
    this.#readParts = { keys, session: this.#session, fetch };
    this.#loads = (isCluster ? loadsApart : loadsTogether)(name, client, keys, epochTtlMs);
    this.claims = new RedisClaims({ client, keys, clock, wakes, outstanding, pollMs });
  }

  read(reads: readonly TierRead[]): Promise<Found> {
    if (this.#isClosed) return Promise.reject(redisClosed("read"));
    return reads.length === 0 ? Promise.resolve([]) : this.#batcher.read(reads);
  }

  async begin(request: BeginRequest): Promise<Begun> {
    this.#refuseIfClosed("begin a load");
    return this.#outstanding.hold(0, () =>
      this.#session.run((server) => this.#loads.begin(request, server)),
    );
  }

  async fill(fill: Fill): Promise<FillOutcome> {
    this.#refuseIfClosed("fill");
    const stamp = ownStamp(this.name, fill.stamp);
    return this.#outstanding.hold(fill.payload.bytes.length, () =>
      this.#session.run(() => this.#loads.fill(this.#prepare(fill, stamp))),
    );
  }

  async invalidate(tags: readonly string[]): Promise<void> {
    this.#refuseIfClosed("invalidate");
    if (tags.length === 0) return;
    const each = [...new Set(tags)];
    await this.#outstanding.hold(0, () =>
      this.#session.run(async () => {
        const isDone = await raiseEpochs(this.#options.client, this.#keys, each);
        return isDone ? true : undefined;
      }),
    );
  }

  doubt(): void {
    this.#session.doubt();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.claims.close();
    this.#session.close();
  }

  #readAll(reads: readonly TierRead[]): Promise<Found> {
    if (reads.length <= READS_A_COMMAND) return this.#readSome(reads);
    const parts: Promise<Found>[] = [];
    for (let start = 0; start < reads.length; start += READS_A_COMMAND)
      parts.push(this.#readSome(reads.slice(start, start + READS_A_COMMAND)));
    return Promise.all(parts).then((found) => found.flat());
  }

  #readSome(reads: readonly TierRead[]): Promise<Found> {
    return this.#session.run((server) => readBatch(this.#readParts, reads, server));
  }

  #prepare(fill: Fill, stamp: RedisStamp): ReadyFill {
    const { generation, number } = stamp;
    const { ttlMs, graceMs, loadMs, ageMs, tags, payload } = fill;
    const filledAtMs = this.#session.serverNowMs();
    const beganAtMs = filledAtMs - ageMs;
    const header = { generation, number, beganAtMs, filledAtMs, ttlMs, loadMs, tags };
    const keptMs = expiryMs(ttlMs + graceMs);
    const epochMs = expiryMs(Math.max(keptMs, this.#options.epochTtlMs));
    return { fill, stamp, bytes: encodeValue(header, payload), keptMs, epochMs };
  }

  #refuseIfClosed(tried: string): void {
    if (this.#isClosed) throw redisClosed(tried);
  }
}
