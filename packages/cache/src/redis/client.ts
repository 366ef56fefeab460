/**
 * What the cache needs of a Redis client; ioredis 5 and 6 and iovalkey fit, a `Redis` as well as a `Cluster`
 * one. The client stays its owner's: the cache sends commands and duplicates it, and closes only the duplicates.
 */
export interface RedisClient {
  readonly status: string;
  /** Present on cluster clients. */
  readonly isCluster?: boolean;
  /**
   * Sends any command; Buffers come back where `Buffer` is in the method's name. With `enableAutoPipelining` all three
   * libraries lose the command's name here, so it is used on connections of the cache's own only.
   */
  callBuffer(command: string, ...args: (string | Buffer | number)[]): Promise<unknown>;
  /** There in all three libraries, but not in their types. */
  evalshaBuffer?(...args: (string | Buffer | number)[]): Promise<unknown>;
  evalBuffer?(...args: (string | Buffer | number)[]): Promise<unknown>;
  mgetBuffer(...names: string[]): Promise<unknown>;
  getBuffer(name: string): Promise<unknown>;
  call(command: string, ...args: (string | Buffer | number)[]): Promise<unknown>;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  removeListener(event: string, listener: (...args: unknown[]) => void): unknown;
  duplicate(...overrides: never[]): RedisClient;
  disconnect(): void;
}

/** A client that a subscription has taken for itself. */
export interface RedisSubscriber extends RedisClient {
  subscribe(...channels: string[]): Promise<unknown>;
}
