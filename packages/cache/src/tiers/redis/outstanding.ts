import { redisTierOverloaded } from "./errors.ts";

/** Bounds what waits for a server that may be silent: the caller gives up waiting, but a command that was sent cannot be taken back. */
export class Outstanding {
  readonly #mostCommands: number;
  readonly #mostBytes: number;
  #commands = 0;
  #sizeBytes = 0;

  constructor(mostCommands: number, mostBytes: number) {
    this.#mostCommands = mostCommands;
    this.#mostBytes = mostBytes;
  }

  async hold<T>(sizeBytes: number, operate: () => Promise<T>): Promise<T> {
    this.enter(sizeBytes);
    try {
      return await operate();
    } finally {
      this.leave(sizeBytes);
    }
  }

  /**
   * One value may be greater than the bound, if it is alone.
   *
   * @throws StreamGateError `SG_CACHE_REDIS_OVERLOADED`
   */
  enter(sizeBytes: number): void {
    const isTooMuch = this.#sizeBytes > 0 && this.#sizeBytes + sizeBytes > this.#mostBytes;
    if (this.#commands >= this.#mostCommands || isTooMuch)
      throw redisTierOverloaded(this.#commands, this.#sizeBytes);
    this.#commands += 1;
    this.#sizeBytes += sizeBytes;
  }

  leave(sizeBytes: number): void {
    this.#commands -= 1;
    this.#sizeBytes -= sizeBytes;
  }
}
