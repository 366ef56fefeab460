import { createHash } from "node:crypto";

/** The names of everything that a cache keeps in Redis. All epochs and the stream of a cache lie in one slot. */
export interface RedisKeys {
  /** A value; on a cluster, values spread over all slots. */
  value(key: string): string;
  /** The claim on a load, in the slot of its value. */
  claim(key: string): string;
  /** Who waits for a load, in the slot of its value. */
  waiters(key: string): string;
  readonly epoch: (tag: string) => string;
  /** Hash with the generation `g`, the server that it belongs to `s`, and the counter of epochs `q`. */
  readonly state: string;
  /** Invalidations, newest last; `n` of the state counts them. */
  readonly stream: string;
  /** Who follows the stream: process → when its lease ends, by the server's clock. */
  readonly leases: string;
  /** Process → the number of the last marked message that it has heard. */
  readonly acknowledgements: string;
  /** The channel on which a process is woken. */
  wake(process: string): string;
}

/**
 * The version of what lies under a key. Values of two versions live side by side while processes are upgraded one by
 * one; epochs are shared by all versions, so that an invalidation by one is seen by all.
 */
export const VALUE_VERSION = 1;

/** @param prefix of the cache, without braces; two caches with the same prefix are one */
export function redisKeys(prefix: string): RedisKeys {
  const epochs = `{${prefix}}`;
  return {
    value: (key) => `${prefix}:v${VALUE_VERSION}:{${nameOf(key)}}`,
    claim: (key) => `${prefix}:c${VALUE_VERSION}:{${nameOf(key)}}`,
    waiters: (key) => `${prefix}:w${VALUE_VERSION}:{${nameOf(key)}}`,
    epoch: (tag) => `${epochs}:e${nameOf(tag)}`,
    state: `${epochs}:state`,
    stream: `${epochs}:bus`,
    leases: `${epochs}:leases`,
    acknowledgements: `${epochs}:acks`,
    wake: (process) => `${prefix}:wake:${process}`,
  };
}

/** Longer names are hashed: they would cost memory and traffic thrice a key. */
const LONGEST_NAME = 512;

/**
 * What stands for any text in the names of its value, claim and waiters. It never begins with `}`, so that the hash tag is
 * never empty and the three share a slot whatever the text is. What UTF-8 cannot hold is hashed too:
 * two lone surrogates would become the same replacement character.
 */
function nameOf(text: string): string {
  if (text.length <= LONGEST_NAME && (text as WellFormed).isWellFormed()) return `:${text}`;
  return `=${createHash("sha256").update(text, "utf16le").digest("base64url")}`;
}

/** In every Node.js from 20 on; the library of ES2023 does not know it yet. */
type WellFormed = string & { isWellFormed(): boolean };
