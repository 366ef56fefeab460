/** What {@link HangWatch.within} gives for a promise that did not settle in time. */
export const HUNG: unique symbol = Symbol("hung");

const LOOK_MS = 250;

interface Watched {
  looks: number;
  readonly giveUp: () => void;
}

/**
 * Gives promises up that do not settle. It counts looks, not time, so that the time in which the whole process
 * was stopped does not count; and it has one timer for all.
 */
export class HangWatch {
  readonly #mostLooks: number;
  readonly #watched = new Set<Watched>();
  readonly #timer: NodeJS.Timeout;

  constructor(patienceMs: number) {
    this.#mostLooks = Math.ceil(patienceMs / LOOK_MS);
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
  }

  within<Value>(promise: Promise<Value>): Promise<Value | typeof HUNG> {
    return new Promise((resolve, reject) => {
      const watched: Watched = { looks: 0, giveUp: () => resolve(HUNG) };
      this.#watched.add(watched);
      promise.then(resolve, reject).finally(() => this.#watched.delete(watched));
    });
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    for (const watched of this.#watched) {
      watched.looks += 1;
      if (watched.looks < this.#mostLooks) continue;
      this.#watched.delete(watched);
      watched.giveUp();
    }
  }
}
