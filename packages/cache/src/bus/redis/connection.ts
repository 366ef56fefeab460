import type { RedisClient } from "../../redis/client.ts";
import { type RedisScript, runScript } from "../../redis/script.ts";
import { connectionDropped } from "./errors.ts";

/** Of the owner's options these must not hold on a connection that blocks and is given up rather than repaired. */
const OVERRIDES = {
  lazyConnect: false,
  enableOfflineQueue: true,
  enableAutoPipelining: false,
  autoResendUnfulfilledCommands: false,
  commandTimeout: undefined,
  blockingTimeout: undefined,
  socketTimeout: undefined,
  retryStrategy: null,
} as const;

const CLUSTER_OVERRIDES = {
  lazyConnect: false,
  enableOfflineQueue: true,
  enableAutoPipelining: false,
  clusterRetryStrategy: null,
  /** A replica may lag behind the counter, and what is missing there would look like a gap. */
  scaleReads: "master",
} as const;

/**
 * A connection of the follower's own. It carries one command at a time, and it is dropped, never mended: `drop` rejects
 * what is under way at once, whatever the socket does.
 */
export class FollowerConnection {
  readonly #client: RedisClient;
  #rejectPresent: ((reason: Error) => void) | undefined;
  #answers = 0;
  #isDropped = false;

  constructor(owner: RedisClient) {
    this.#client = duplicateForBlocking(owner);
    this.#client.on("error", () => {});
    this.#client.on("end", () => this.drop("the connection ended"));
  }

  /** How many commands were answered; somebody who looks twice sees whether the server is silent. */
  get answers(): number {
    return this.#answers;
  }

  send(command: string, ...args: (string | Buffer | number)[]): Promise<unknown> {
    return this.#unlessDropped(() => this.#client.callBuffer(command, ...args));
  }

  run(
    script: RedisScript,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<unknown> {
    return this.#unlessDropped(() => runScript(this.#client, script, keys, args));
  }

  drop(why: string): void {
    if (this.#isDropped) return;
    this.#isDropped = true;
    this.#rejectPresent?.(connectionDropped(why));
    this.#client.disconnect();
  }

  #unlessDropped(send: () => Promise<unknown>): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#isDropped) {
        reject(connectionDropped("it was dropped"));
        return;
      }
      this.#rejectPresent = reject;
      send().then((answer) => {
        this.#answers += 1;
        resolve(answer);
      }, reject);
    });
  }
}

function duplicateForBlocking(owner: RedisClient): RedisClient {
  if (owner.isCluster !== true) return duplicate(owner, [OVERRIDES]);
  const nodeOptions: unknown = Reflect.get(Object(Reflect.get(owner, "options")), "redisOptions");
  const { commandTimeout, blockingTimeout, socketTimeout } = OVERRIDES;
  const redisOptions = { ...Object(nodeOptions), commandTimeout, blockingTimeout, socketTimeout };
  return duplicate(owner, [[], { ...CLUSTER_OVERRIDES, redisOptions }]);
}

/** The libraries agree on the method, but not on the types of what it takes. */
function duplicate(owner: RedisClient, overrides: readonly unknown[]): RedisClient {
  return owner.duplicate(...(overrides as readonly never[]));
}
