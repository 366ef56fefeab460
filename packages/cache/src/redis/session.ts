import { randomBytes } from "node:crypto";
import type { Clock, Random } from "@streamgate/core";
import type { RedisClient } from "./client.ts";
import { redisAnswerUnreadable, redisClosed, serverInDoubt } from "./errors.ts";
import { GENERATION_LUA } from "./generation.ts";
import type { RedisKeys } from "./keys.ts";
import { type RedisScript, redisScript, runScript } from "./script.ts";
import { ServerClock } from "./server-clock.ts";

/** A server of which it is known that it holds all that it ever acknowledged under this generation. */
export interface VerifiedServer {
  readonly generation: string;
  /** Its `run_id`: another one after every restart and failover. */
  readonly serverId: string;
}

export interface RedisSessionParts {
  readonly client: RedisClient;
  readonly keys: Pick<RedisKeys, "state">;
  readonly clock: Clock;
  /** For new generations. @default the system's randomness */
  readonly random?: Random | undefined;
  /**
   * How long a verification counts, ms. It bounds for how long a primary that was demoted with its
   * connections left open is still read. @default 1_000
   */
  readonly verifiedForMs?: number | undefined;
}

/** Any of these may mean another server, or the same one without what it had acknowledged. */
const DOUBTFUL_EVENTS = ["close", "end", "reconnecting", "-node", "node error"] as const;

/** Answers of a server that is not, or no longer, the one to ask. */
const REFUSALS = /^(READONLY|LOADING|MASTERDOWN|CLUSTERDOWN)\b/;

const MOST_ATTEMPTS = 3;

const HELLO: RedisScript = redisScript(`${GENERATION_LUA}
local present = generation(KEYS[1], ARGV[1])
local time = redis.call('TIME')
return {present, redis.call('HGET', KEYS[1], 's'), time[1], time[2]}
`);

/**
 * Knows whether the server behind a client still has what it acknowledged. The cache reads nothing
 * from a server that is not verified.
 *
 * A verification runs a script on the slot of the epochs: the state names the server that it belongs to; is that another
 * one than the server that runs the script (failover, restart), or is the state missing (FLUSHALL, eviction), then
 * acknowledged invalidations may be lost, and a new random generation makes everything older worthless.
 *
 * A client sends what was not answered once more after it has reconnected, perhaps to another server, and in front of
 * whatever else waits. Hence each doubt is counted, and an answer counts only if no doubt came up between
 * its sending and its arrival.
 */
export class RedisSession {
  readonly #parts: RedisSessionParts;
  readonly #verifiedForMs: number;
  readonly #serverClock = new ServerClock();
  readonly #onDoubt: () => void;
  #isClosed = false;
  #doubts = 0;
  #verified: (VerifiedServer & { readonly atMs: number }) | undefined;
  #hello: { readonly doubts: number; readonly promise: Promise<VerifiedServer> } | undefined;

  constructor(parts: RedisSessionParts) {
    this.#parts = parts;
    this.#verifiedForMs = parts.verifiedForMs ?? 1_000;
    this.#onDoubt = () => this.doubt();
    for (const event of DOUBTFUL_EVENTS) parts.client.on(event, this.#onDoubt);
  }

  /** The server, if it was verified a short while ago and nothing came up since; renews itself when half of that time is over. */
  get verified(): VerifiedServer | undefined {
    const verified = this.#verified;
    if (verified === undefined) return undefined;
    const agoMs = this.#parts.clock.monotonicMs() - verified.atMs;
    if (agoMs * 2 < this.#verifiedForMs) return verified;
    this.verify().catch(() => undefined);
    return agoMs < this.#verifiedForMs ? verified : undefined;
  }

  /** How often the server came into doubt; the same number before and after says that nothing happened between. */
  get doubts(): number {
    return this.#doubts;
  }

  /** The server's wall clock now, in milliseconds, as far as the last verifications tell. */
  serverNowMs(): number {
    return this.#serverClock.at(this.#parts.clock.monotonicMs());
  }

  /** The next operation verifies the server again, and answers that are under way are discarded. */
  doubt(): void {
    this.#doubts += 1;
    this.#verified = undefined;
  }

  /** Verifies the server now; callers at the same time share one trip. */
  verify(): Promise<VerifiedServer> {
    if (this.#hello?.doubts === this.#doubts) return this.#hello.promise;
    const hello = { doubts: this.#doubts, promise: this.#sayHello() };
    this.#hello = hello;
    const forget = (): void => {
      if (this.#hello === hello) this.#hello = undefined;
    };
    hello.promise.then(forget, forget);
    return hello.promise;
  }

  /**
   * Runs an operation on a verified server. It is run again, at most twice, when the server came into doubt before it was answered,
   * so it must do no harm when it is done twice. An operation that finds no generation, or another one than the server was
   * verified with, gives undefined: that is a doubt too.
   *
   * @throws StreamGateError `SG_CACHE_REDIS_IN_DOUBT`, or the client's error
   */
  run<T>(operate: (server: VerifiedServer) => Promise<T | undefined>): Promise<T> {
    const server = this.verified;
    if (server === undefined || this.#isClosed) return this.#runVerified(operate, MOST_ATTEMPTS);
    const doubts = this.#doubts;
    return operate(server).then(
      (result) =>
        this.#isTrusted(result, doubts) ? result : this.#runVerified(operate, MOST_ATTEMPTS - 1),
      (error: unknown) => this.#refused(error),
    );
  }

  /** Listens no more, so nothing that arrives from now on is trusted; the client stays open. */
  close(): void {
    this.#isClosed = true;
    this.doubt();
    for (const event of DOUBTFUL_EVENTS) this.#parts.client.removeListener(event, this.#onDoubt);
  }

  async #runVerified<T>(
    operate: (server: VerifiedServer) => Promise<T | undefined>,
    attempts: number,
  ): Promise<T> {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      if (this.#isClosed) throw redisClosed("use the server");
      const server = this.verified ?? (await this.verify());
      const doubts = this.#doubts;
      if (server !== this.#verified) continue;
      const result = await operate(server).catch((error: unknown) => this.#refused(error));
      if (this.#isTrusted(result, doubts)) return result;
    }
    throw serverInDoubt(MOST_ATTEMPTS);
  }

  #isTrusted<T>(result: T | undefined, doubtsBefore: number): result is T {
    if (result === undefined) this.doubt();
    return result !== undefined && doubtsBefore === this.#doubts;
  }

  #refused(error: unknown): never {
    if (error instanceof Error && REFUSALS.test(error.message)) this.doubt();
    throw error;
  }

  async #sayHello(): Promise<VerifiedServer> {
    const { client, keys, clock } = this.#parts;
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      const doubts = this.#doubts;
      const sentMs = clock.monotonicMs();
      const hello = runScript(client, HELLO, [keys.state], [this.#newGeneration()]);
      const answer = await hello.catch((error: unknown) => this.#refused(error));
      const heard = parseHello(answer);
      if (doubts !== this.#doubts) continue;
      this.#serverClock.heard(heard.serverMs, sentMs, clock.monotonicMs());
      return this.#accept(heard, sentMs);
    }
    throw serverInDoubt(MOST_ATTEMPTS);
  }

  /** A renewal that finds the same server and generation is no doubt for what is under way. */
  #accept({ generation, serverId }: VerifiedServer, atMs: number): VerifiedServer {
    const known = this.#verified;
    const isAnother =
      known !== undefined && (known.generation !== generation || known.serverId !== serverId);
    if (isAnother) this.doubt();
    const verified = { generation, serverId, atMs };
    this.#verified = verified;
    return verified;
  }

  #newGeneration(): string {
    const { random } = this.#parts;
    if (random === undefined) return randomBytes(GENERATION_BYTES).toString("base64url");
    const bytes = Uint8Array.from({ length: GENERATION_BYTES }, () => random.integer(256));
    return Buffer.from(bytes).toString("base64url");
  }
}

const GENERATION_BYTES = 9;

function parseHello(answer: unknown): VerifiedServer & { readonly serverMs: number } {
  const [generation, serverId, seconds, micros] = Array.isArray(answer) ? answer.map(String) : [];
  const serverMs = Number(seconds) * 1_000 + Number(micros) / 1_000;
  if (generation === undefined || serverId === undefined || Number.isNaN(serverMs))
    throw redisAnswerUnreadable("verify the Redis server of the cache");
  return { generation, serverId, serverMs };
}
