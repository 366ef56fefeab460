import type { RedisClient, RedisSubscriber } from "../../redis/client.ts";

/** Of the owner's options these must not hold for a subscription, which comes back by itself for as long as it is wanted. */
const OVERRIDES = {
  lazyConnect: false,
  enableOfflineQueue: true,
  enableAutoPipelining: false,
  autoResubscribe: true,
  maxRetriesPerRequest: null,
  commandTimeout: undefined,
  retryStrategy: reconnectAfterMs,
  clusterRetryStrategy: reconnectAfterMs,
} as const;

function reconnectAfterMs(attempt: number): number {
  return Math.min(2_000, attempt * 50);
}

/** The channel on which a process hears that a load has ended; it is opened when somebody first waits. */
export class WakeChannel {
  readonly #owner: RedisClient;
  readonly #channel: string;
  readonly #waiting = new Map<string, Set<() => void>>();
  #opening: Promise<void> | undefined;
  #subscriber: RedisClient | undefined;

  constructor(owner: RedisClient, channel: string) {
    this.#owner = owner;
    this.#channel = channel;
  }

  get channel(): string {
    return this.#channel;
  }

  /** Resolves once the channel is heard; never rejects, as who waits looks by itself too. */
  open(): Promise<void> {
    this.#opening ??= this.#subscribe().catch(() => undefined);
    return this.#opening;
  }

  /** Calls `wake` when `name` is called out, until the answer is called. */
  listen(name: string, wake: () => void): () => void {
    const waiting = this.#waiting.get(name) ?? new Set();
    this.#waiting.set(name, waiting.add(wake));
    return () => {
      waiting.delete(wake);
      if (waiting.size === 0 && this.#waiting.get(name) === waiting) this.#waiting.delete(name);
    };
  }

  /** Wakes all and gives the connection back. */
  close(): void {
    for (const name of [...this.#waiting.keys()]) this.#wake(name);
    this.#opening = Promise.resolve();
    this.#subscriber?.disconnect();
  }

  async #subscribe(): Promise<void> {
    const subscriber = duplicate(this.#owner);
    this.#subscriber = subscriber;
    subscriber.on("error", () => {});
    subscriber.on("message", (_, name) => this.#wake(String(name)));
    if (isSubscriber(subscriber)) await subscriber.subscribe(this.#channel);
  }

  #wake(name: string): void {
    for (const wake of this.#waiting.get(name) ?? []) wake();
  }
}

/** The libraries agree on the method, but not on the types of what it takes. */
function duplicate(owner: RedisClient): RedisClient {
  const overrides: readonly unknown[] = owner.isCluster === true ? [[], OVERRIDES] : [OVERRIDES];
  return owner.duplicate(...(overrides as readonly never[]));
}

function isSubscriber(client: RedisClient): client is RedisSubscriber {
  return "subscribe" in client && typeof client.subscribe === "function";
}
