import { type EdgePurger, EVERYTHING_KEY, type PurgeOutcome } from "@streamgate/cache/edge";
import { type Clock, systemClock } from "@streamgate/core";

/** A purger that does what the test says. Its keys are Fastly's: a tag of letters is its own key. */
export interface FakePurger extends EdgePurger {
  /** The tags of each request, buckets left out. */
  readonly requests: readonly (readonly string[])[];
  /** Keys that were taken, in their order. */
  readonly taken: readonly string[];
  /** How it answers from now on; by default it takes everything. */
  respond(answer: (keys: readonly string[]) => Promise<PurgeOutcome>): void;
  /** It takes everything from now on. */
  recover(): void;
}

const isTagOrEverything = (key: string): boolean => !/^_[pqrs]/.test(key);

export function fakePurger(options: Partial<EdgePurger> = {}): FakePurger {
  const requests: string[][] = [];
  const taken: string[] = [];
  const takeAll = (): Promise<PurgeOutcome> => Promise.resolve({ kind: "purged" });
  let answer: (keys: readonly string[]) => Promise<PurgeOutcome> = takeAll;
  return {
    name: "fake",
    service: "fastly",
    batch: { maxKeys: 256, maxBytes: 100_000 },
    repeatAfterMs: 0,
    ...options,
    requests,
    taken,
    respond: (next) => {
      answer = next;
    },
    recover: () => {
      answer = takeAll;
    },
    purge: async (keys) => {
      const tags = keys.filter(isTagOrEverything);
      requests.push(tags);
      const outcome = await answer(keys);
      if (outcome.kind === "purged") taken.push(...tags);
      if (outcome.kind === "partly")
        taken.push(...tags.filter((key) => !outcome.failedKeys.includes(key)));
      return outcome;
    },
  };
}

/** A clock on which every wait is over at once, and remembered. */
export function hastyClock(): Clock & { readonly slept: readonly number[] } {
  const slept: number[] = [];
  return {
    ...systemClock,
    slept,
    sleep: async (ms, signal) => {
      slept.push(ms);
      await systemClock.sleep(0, signal);
    },
  };
}

export { EVERYTHING_KEY };
