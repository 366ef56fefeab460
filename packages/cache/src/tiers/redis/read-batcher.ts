import type { TierRead } from "../tier.ts";
import type { Outstanding } from "./outstanding.ts";
import type { Found } from "./read-batch.ts";

interface Call {
  readonly reads: readonly TierRead[];
  readonly resolve: (found: Found) => void;
  readonly reject: (reason: unknown) => void;
}

/** A turn of the microtask queue; `queueMicrotask` of Node.js costs some 150 ns more, for an async resource of its own. */
const NOW = Promise.resolve();

/**
 * Gathers reads into batches. While nothing is under way a batch leaves at the end of the present microtask, so that a
 * single read loses no time; while something is, at the end of the turn of the event loop, so that all
 * requests which the turn brought share one trip.
 */
export class ReadBatcher {
  readonly #outstanding: Outstanding;
  readonly #readAll: (reads: readonly TierRead[]) => Promise<Found>;
  #calls: Call[] = [];
  #underWay = 0;

  constructor(outstanding: Outstanding, readAll: (reads: readonly TierRead[]) => Promise<Found>) {
    this.#outstanding = outstanding;
    this.#readAll = readAll;
  }

  read(reads: readonly TierRead[]): Promise<Found> {
    return new Promise((resolve, reject) => {
      this.#calls.push({ reads, resolve, reject });
      if (this.#calls.length > 1) return;
      if (this.#underWay === 0) void NOW.then(this.#leave);
      else setImmediate(this.#leave);
    });
  }

  readonly #leave = (): void => {
    const calls = this.#calls;
    this.#calls = [];
    try {
      this.#outstanding.enter(0);
    } catch (error) {
      refuse(error, calls);
      return;
    }
    this.#underWay += 1;
    this.#readAll(readsOf(calls)).then(
      (found) => {
        this.#back();
        hand(found, calls);
      },
      (error: unknown) => {
        this.#back();
        refuse(error, calls);
      },
    );
  };

  #back(): void {
    this.#underWay -= 1;
    this.#outstanding.leave(0);
  }
}

function readsOf(calls: readonly Call[]): readonly TierRead[] {
  const [first] = calls;
  if (calls.length === 1 && first !== undefined) return first.reads;
  return calls.flatMap(({ reads }) => reads);
}

function refuse(error: unknown, calls: readonly Call[]): void {
  for (const call of calls) call.reject(error);
}

function hand(found: Found, calls: readonly Call[]): void {
  if (calls.length === 1) {
    calls[0]?.resolve(found);
    return;
  }
  let start = 0;
  for (const { reads, resolve } of calls) {
    resolve(found.slice(start, start + reads.length));
    start += reads.length;
  }
}
