import { BloomFilter } from "./bloom-filter.ts";
import { collectIds } from "./collect-ids.ts";
import { IdHash } from "./id-hash.ts";
import {
  type Id,
  type IdSource,
  type KnownIdsOptions,
  type KnownIdsReport,
  type KnownIdsState,
  type RebuildOptions,
  type RebuildOutcome,
  type ResolvedKnownIdsOptions,
  resolveKnownIdsOptions,
} from "./known-ids-options.ts";
import { RecentAdditions } from "./recent-additions.ts";

/** Of `maxBytes`: twice the filter, in service and being built, and the additions. */
const SHARE_OF_A_FILTER = 0.45;
const SHARE_OF_ADDITIONS = 0.1;
/** Rows grow between two rebuilds. */
const ROOM_FOR_GROWTH = 1.1;

/** One try to fill a filter; `isWanted` ends when something overtakes it. */
interface Attempt {
  readonly filter: BloomFilter;
  readonly begunAtMs: number;
  readonly trust: number;
  readonly stop: AbortController;
}

/**
 * Which ids exist, so that absent ones are answered without a load; a Bloom filter in service.
 *
 * It denies an id only if neither the last complete rebuild nor any addition since named it. After
 * `add(ids)` has returned, `mayExist` is true for them through every rebuild that begins within
 * `settleMs`, whatever its source says; later rebuilds drop the id only if their source no longer has it.
 * Whatever puts that into doubt (messages lost, a source that broke off) makes it answer "maybe".
 *
 * @throws StreamGateError `SG_CACHE_BAD_BLOOM_OPTION`
 * @example
 * ```ts
 * import { KnownIds } from "@streamgate/cache";
 * import { systemClock } from "@streamgate/core";
 * const users = new KnownIds({ clock: systemClock, expectedIds: 1_000_000 });
 * await users.rebuild(() => ["1", "2", "3"]);
 * users.mayExist("4"); // false: no load is needed
 * users.add(["4"]);
 * users.mayExist("4"); // true
 * ```
 */
export class KnownIds {
  readonly #options: ResolvedKnownIdsOptions;
  readonly #additions: RecentAdditions;
  readonly #hash: IdHash = new IdHash();
  /** Present while serving. */
  #filter: BloomFilter | undefined;
  #attempt: Attempt | undefined;
  #state: KnownIdsState = { kind: "distrusted", reason: "never built" };
  /** The number of the rebuild that counts; an older one gives up. */
  #turn = 0;
  /** Raised by `distrust`: what was collected before is in doubt. */
  #trust = 0;
  #expectedIds: number;
  #rebuilds = 0;

  constructor(options: KnownIdsOptions) {
    this.#options = resolveKnownIdsOptions(options);
    const { settleMs, maxBytes, expectedIds } = this.#options;
    this.#additions = new RecentAdditions(settleMs, maxBytes * SHARE_OF_ADDITIONS);
    this.#expectedIds = expectedIds;
  }

  /** False: no row has this id. True: load it. */
  mayExist(id: Id): boolean {
    const filter = this.#filter;
    if (filter === undefined) return true;
    const hash = this.#hash;
    hash.take(id);
    return filter.mayContainHashed(hash) || this.#additions.mayContain(hash);
  }

  /** These ids exist from now on. Call it before the write is acknowledged to whoever made it. */
  add(ids: Iterable<Id>): void {
    for (const id of ids) {
      this.#hash.take(id);
      this.#additions.add(this.#hash);
    }
  }

  /** Answers "maybe" to all until a rebuild that begins after this call has succeeded; a running one begins anew. */
  distrust(reason: string): void {
    this.#trust += 1;
    this.#filter = undefined;
    this.#attempt?.stop.abort();
    this.#become(
      this.#attempt === undefined ? { kind: "distrusted", reason } : { kind: "building" },
    );
  }

  /**
   * Collects all ids of `source` and then takes them into service at once. A later call takes over. A
   * source that fails is asked again; meanwhile a filter that is still trusted stays in service.
   */
  async rebuild(source: IdSource, options: RebuildOptions = {}): Promise<RebuildOutcome> {
    const { clock, attempts, retryDelayMs } = this.#options;
    this.#turn += 1;
    const turn = this.#turn;
    this.#attempt?.stop.abort();
    let failures = 0;
    for (;;) {
      if (options.signal?.aborted === true) return this.#end(turn, { kind: "aborted" });
      const outcome = await this.#try(source, turn, failures + 1, options);
      if (turn !== this.#turn) return { kind: "superseded" };
      if (outcome.kind === "distrusted") continue;
      if (outcome.kind !== "failed") return this.#end(turn, outcome);
      failures += 1;
      if (failures >= attempts) return this.#end(turn, { ...outcome, attempts: failures });
      const delayMs = retryDelayMs * 2 ** (failures - 1);
      await clock.sleep(delayMs, options.signal).catch(() => undefined);
      if (turn !== this.#turn) return { kind: "superseded" };
    }
  }

  /** Ends a rebuild that is under way and forgets all; answers "maybe" from then on. */
  close(): void {
    this.#turn += 1;
    this.#attempt?.stop.abort();
    this.#attempt = undefined;
    this.distrust("closed");
  }

  get state(): KnownIdsState {
    return this.#state;
  }

  report(): KnownIdsReport {
    const filter = this.#filter;
    const additions = this.#additions;
    const own = filter?.falsePositiveRate ?? 1;
    return {
      state: this.#state,
      ids: filter?.ids ?? 0,
      additions: additions.ids,
      sizeBytes:
        (filter?.sizeBytes ?? 0) + (this.#attempt?.filter.sizeBytes ?? 0) + additions.sizeBytes,
      saturation: filter?.saturation ?? 0,
      falsePositiveRate: 1 - (1 - own) * (1 - additions.falsePositiveRate),
      rebuilds: this.#rebuilds,
    };
  }

  async #try(
    source: IdSource,
    turn: number,
    number: number,
    { signal, onProgress }: RebuildOptions,
  ): Promise<RebuildOutcome> {
    const { clock } = this.#options;
    const attempt = this.#begin();
    const isTrusted = (): boolean => attempt.trust === this.#trust;
    const isWanted = (): boolean => turn === this.#turn && isTrusted() && signal?.aborted !== true;
    const stop = (): void => attempt.stop.abort();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      const collecting = collectIds(
        source(attempt.stop.signal),
        attempt.filter,
        isWanted,
        (ids) => {
          const elapsedMs = clock.monotonicMs() - attempt.begunAtMs;
          onProgress?.({ ids, attempt: number, elapsedMs });
        },
      );
      const isComplete = await Promise.race([collecting, falseOnceStopped(attempt.stop.signal)]);
      if (isComplete) return this.#takeIntoService(attempt);
    } catch (error) {
      if (isWanted()) return { kind: "failed", error, attempts: number };
    } finally {
      signal?.removeEventListener("abort", stop);
    }
    if (signal?.aborted === true) return { kind: "aborted" };
    return { kind: "distrusted", reason: "distrusted while it was built" };
  }

  #begin(): Attempt {
    const { clock, bitsPerId, maxBytes } = this.#options;
    const begunAtMs = clock.monotonicMs();
    this.#additions.seal(begunAtMs);
    const filter = new BloomFilter({
      expectedIds: this.#expectedIds,
      bitsPerId,
      maxBytes: maxBytes * SHARE_OF_A_FILTER,
    });
    const attempt = { filter, begunAtMs, trust: this.#trust, stop: new AbortController() };
    this.#attempt = attempt;
    this.#become(
      this.#filter === undefined ? { kind: "building" } : { kind: "serving", isRebuilding: true },
    );
    return attempt;
  }

  #takeIntoService({ filter, begunAtMs }: Attempt): RebuildOutcome {
    this.#filter = filter;
    this.#additions.settle(begunAtMs);
    this.#expectedIds = Math.ceil(Math.max(filter.ids, 1_000) * ROOM_FOR_GROWTH);
    this.#rebuilds += 1;
    return { kind: "serving", ids: filter.ids, falsePositiveRate: filter.falsePositiveRate };
  }

  /** What is left when the rebuild that counts is over: the old filter or the new one, or none. */
  #end(turn: number, outcome: RebuildOutcome): RebuildOutcome {
    if (turn !== this.#turn) return { kind: "superseded" };
    this.#attempt = undefined;
    this.#become(
      this.#filter === undefined
        ? { kind: "distrusted", reason: `rebuild ${outcome.kind}` }
        : { kind: "serving", isRebuilding: false },
    );
    return outcome;
  }

  #become(state: KnownIdsState): void {
    this.#state = state;
    this.#options.onState(state);
  }
}

/** A source that ignores its signal is left behind, not waited for. */
function falseOnceStopped(signal: AbortSignal): Promise<false> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(false);
    else signal.addEventListener("abort", () => resolve(false), { once: true });
  });
}
