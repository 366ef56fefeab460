import type { Clock } from "@streamgate/core";
import type { RedisClient } from "../../redis/client.ts";
import { redisClosed } from "../../redis/errors.ts";
import type { RedisKeys } from "../../redis/keys.ts";
import { type RedisScript, runScript } from "../../redis/script.ts";
import type { TierClaims } from "../tier.ts";
import type { Outstanding } from "./outstanding.ts";
import { AWAIT_CLAIM, RELEASE_CLAIM, RENEW_CLAIM } from "./scripts/claims.ts";
import type { WakeChannel } from "./wake-channel.ts";

export interface RedisClaimsParts {
  readonly client: RedisClient;
  readonly keys: RedisKeys;
  readonly clock: Clock;
  readonly wakes: WakeChannel;
  readonly outstanding: Outstanding;
  readonly pollMs: number;
}

/** Who waits enters the list anew at every look, so a process that died is forgotten soon. */
const LIST_LASTS_LOOKS = 20;

/**
 * Claims in Redis. They only save loads: whether a value is valid is judged by its epochs, so they are
 * taken from the server without verifying it, and may be lost in a failover.
 */
export class RedisClaims implements TierClaims {
  readonly #parts: RedisClaimsParts;
  #isClosed = false;

  constructor(parts: RedisClaimsParts) {
    this.#parts = parts;
  }

  /**
   * Waits for a call on the channel, and looks by itself when the claim lapses and every `pollMs`, as a call may be lost.
   * It listens before it enters the list, and enters only while the claim is held: no call comes between unheard.
   */
  async awaitFill(key: string, timeoutMs: number): Promise<void> {
    const { clock, keys, wakes } = this.#parts;
    const deadlineMs = clock.monotonicMs() + timeoutMs;
    const wait = new AbortController();
    const stopListening = wakes.listen(keys.claim(key), () => wait.abort());
    const sleep = (ms: number): Promise<void> =>
      clock.sleep(Math.max(0, ms), wait.signal).catch(() => undefined);
    const leftMs = (): number => deadlineMs - clock.monotonicMs();
    try {
      await Promise.race([wakes.open(), sleep(leftMs())]);
      while (!this.#isClosed && !wait.signal.aborted && leftMs() > 0) {
        const heldMs = await Promise.race([this.#enter(key), sleep(leftMs())]);
        if (heldMs === undefined || heldMs < 0) return;
        await sleep(Math.min(leftMs(), heldMs + 1, this.#parts.pollMs));
      }
    } finally {
      stopListening();
      wait.abort();
    }
  }

  async renew(key: string, token: string, ttlMs: number): Promise<boolean> {
    const args = [token, Math.max(1, Math.ceil(ttlMs))];
    return (await this.#run(RENEW_CLAIM, [this.#parts.keys.claim(key)], args)) === 1;
  }

  async release(key: string, token: string): Promise<void> {
    const { keys } = this.#parts;
    const claim = keys.claim(key);
    await this.#run(RELEASE_CLAIM, [claim, keys.waiters(key)], [token, claim]);
  }

  close(): void {
    this.#isClosed = true;
    this.#parts.wakes.close();
  }

  async #enter(key: string): Promise<number> {
    const { keys, wakes, pollMs } = this.#parts;
    const args = [wakes.channel, Math.ceil(pollMs * LIST_LASTS_LOOKS)];
    return Number(await this.#run(AWAIT_CLAIM, [keys.claim(key), keys.waiters(key)], args));
  }

  async #run(
    script: RedisScript,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    if (this.#isClosed) throw redisClosed("use claims");
    return this.#parts.outstanding.hold(0, () => runScript(this.#parts.client, script, keys, args));
  }
}
