import { valueHasNoBody } from "../errors.ts";
import type { BatchLoader } from "../loading/batch-load.ts";
import type { Loader } from "../loading/load-context.ts";
import { ENTRY_FLAGS, type EntryColumns } from "../memory/entry-columns.ts";
import type { HitClock } from "../memory/hit-clock.ts";
import { type Id, NO_VARIANT, type Slots } from "../memory/memory-index.ts";
import type { MemoryTier } from "../memory/memory-tier.ts";
import type { Payload } from "../tiers/tier.ts";
import { type RawBody, type RawBodyOptions, rawBody } from "../values/raw-body.ts";
import { warmNamespace } from "../warming/warm-namespace.ts";
import {
  POPULAR_LIMIT,
  type WarmableOptions,
  type WarmLoader,
  type WarmOptions,
  type WarmReport,
  type WarmTarget,
  type WarmTargets,
} from "../warming/warm-options.ts";
import type { NamespaceState } from "./namespace-state.ts";
import type { ReadTags } from "./requests.ts";

/** What a read of one id may say more. */
export interface ReadOptions {
  /** What the value is made from; invalidating one of these invalidates it. Neither `#` nor `@` first. */
  readonly tags?: readonly string[];
  /** Nodes of the cache's dependency graph that the value is made from. */
  readonly dependsOn?: readonly string[];
  /** Another form of the same resource, such as a language or a page; falls with its id. */
  readonly variant?: string;
}

/** What a write may say more. */
export interface WriteOptions extends ReadOptions {
  /** Instead of the namespace's time to live, ms. */
  readonly ttlMs?: number;
}

export interface InvalidateOptions {
  /** Resolve only when every other process has dropped it or may not serve from memory any more, and the edge is purged. */
  readonly everywhere?: boolean;
}

/** At every 64th hit the clock is read. */
const CLOCK_MASK = 63;

/**
 * The values of one kind of thing: users, feeds, answers.
 *
 * @example
 * ```ts
 * import { createCache } from "@streamgate/cache";
 * const cache = createCache();
 * const users = cache.namespace<{ name: string }>("user", { ttl: "5m" });
 * const user = await users.getOrLoad(42, async () => ({ name: "Ada" }), { tags: ["team:7"] });
 * await cache.invalidate({ tags: ["team:7"] });
 * ```
 */
export class Namespace<Value = unknown> {
  readonly name: string;
  private readonly state: NamespaceState;
  private readonly memory: MemoryTier;
  private readonly columns: EntryColumns;
  private readonly clock: HitClock;
  private readonly slots: ReadonlyMap<Id, Slots>;
  private hits = 0;
  private toldHits = 0;

  /** Made by `cache.namespace(name)`. */
  constructor(state: NamespaceState) {
    this.state = state;
    this.name = state.name;
    this.memory = state.memory;
    this.columns = state.memory.columns;
    this.clock = state.hitClock;
    this.slots = state.index.slots;
    state.takeHits = () => this.takeHits();
  }

  /**
   * The value of an id: at once, without a promise, where memory holds it; else a promise of what the nearest shared tier
   * holds or `load` brings. A thousand callers of a cold key share one load. `await` suits both.
   *
   * @param id text of 1 to 2,048 characters or a finite number
   * @param load gets the value from its source; must read what was committed before it began
   * @returns a value that no caller can change for others: frozen, or a copy (see `values`)
   * @throws StreamGateError `SG_CACHE_LOAD_TIMEOUT`, `SG_CACHE_BAD_KEY`, `SG_CACHE_CLOSED`; whatever `load` throws
   */
  getOrLoad<Loaded extends Value>(
    id: Id,
    load: Loader<Loaded>,
    options?: ReadOptions,
  ): Loaded | Promise<Loaded> {
    const found = this.slots.get(id);
    if (typeof found === "number" && (options === undefined || options.variant === undefined)) {
      const { memory, columns } = this;
      const slot = found < 0 ? -1 - found : found;
      const { life } = columns;
      const nowMs = this.clock.read();
      if (
        (life[2 * slot] === memory.bumps || memory.survives(slot)) &&
        nowMs < memory.trustedUntil &&
        nowMs < (life[2 * slot + 1] as number)
      ) {
        memory.hit(slot);
        this.hits += 1;
        if ((this.hits & CLOCK_MASK) === 0) this.state.afterManyHits(slot, this.hits);
        if (found >= 0) return columns.values[slot] as Loaded;
        return this.state.shareHit(slot) as Loaded;
      }
    }
    return this.state.miss(id, load, options) as Loaded | Promise<Loaded>;
  }

  /** As {@link Namespace.getOrLoad}, but always a promise: for those who want one kind of answer. */
  async getOrLoadAsync<Loaded extends Value>(
    id: Id,
    load: Loader<Loaded>,
    options?: ReadOptions,
  ): Promise<Loaded> {
    return this.getOrLoad(id, load, options);
  }

  /**
   * The value as the body of an HTTP answer: the bytes as they lie in the tier, neither parsed nor printed again. Best in a
   * namespace that holds `"bytes"`. Send `Vary: Accept-Encoding` with it.
   *
   * @throws StreamGateError `SG_CACHE_NO_BODY` for a value that JSON cannot say; else as {@link Namespace.getOrLoad}
   */
  async getBody<Loaded extends Value>(
    id: Id,
    load: Loader<Loaded>,
    options: ReadOptions & Partial<RawBodyOptions> = {},
  ): Promise<RawBody> {
    const payload: Payload = await this.state.payload(id, load, options);
    const body = rawBody(payload, { acceptsBrotli: false, ...options });
    if (body === undefined) throw valueHasNoBody(this.name, id, payload.format);
    return body;
  }

  /** What the tiers hold for an id, without a load; undefined where there is nothing. */
  async get(id: Id, options: ReadOptions = {}): Promise<Value | undefined> {
    const found = await this.state.many.lookUp([id], options);
    return found.get(id) as Value | undefined;
  }

  /** What the tiers hold for these ids, in one trip each, without a load. */
  async getMany(ids: readonly Id[], options: ReadOptions = {}): Promise<Map<Id, Value>> {
    return (await this.state.many.lookUp(ids, options)) as Map<Id, Value>;
  }

  /** The values of many ids; those that no tier holds are loaded by one call. Absent ids are left out. */
  async loadMany<Loaded extends Value>(
    ids: readonly Id[],
    load: BatchLoader<Loaded>,
    options: ReadOptions = {},
  ): Promise<Map<Id, Loaded>> {
    return (await this.state.many.loadMany(ids, load, options)) as Map<Id, Loaded>;
  }

  /**
   * Stores a value everywhere, in the place of any other; resolves when the shared tiers have it and every process
   * is bound to hear of it. A value that was read from a source before belongs into `getOrLoad`, which cannot store an old one.
   *
   * @throws StreamGateError `SG_CACHE_VALUE_NOT_STORABLE`, `SG_CACHE_INVALIDATION_PENDING`
   */
  set(id: Id, value: Value, options: WriteOptions = {}): Promise<void> {
    return this.state.writes.set(id, value, options);
  }

  /** Invalidates one id with all its variants. @throws StreamGateError `SG_CACHE_INVALIDATION_PENDING` */
  delete(id: Id, options: InvalidateOptions = {}): Promise<void> {
    return this.state.writes.deleteIds([id], options.everywhere === true);
  }

  /** Tells that these ids now exist, before anybody is told that they were made; see `knownIds`. */
  added(ids: readonly Id[], options: InvalidateOptions = {}): Promise<void> {
    return this.state.writes.added(ids, options.everywhere === true);
  }

  /** What memory holds now, without any trace; undefined where that is nothing. */
  peek(id: Id, options: ReadOptions = {}): Value | undefined {
    const { memory } = this;
    const slot = this.state.index.find(id, options.variant ?? NO_VARIANT);
    if (slot === undefined || !memory.survives(slot)) return undefined;
    const nowMs = this.clock.refresh();
    if (nowMs >= memory.columns.expiresAt(slot) || nowMs >= memory.trustedUntil) {
      return undefined;
    }
    return this.state.share(slot) as Value | undefined;
  }

  /** Whether a tier holds a fresh value, absent ones not counted. */
  async has(id: Id, options: ReadTags & { readonly variant?: string } = {}): Promise<boolean> {
    const variant = options.variant ?? NO_VARIANT;
    const slot = this.state.index.find(id, variant);
    if (slot !== undefined && this.isFresh(slot)) {
      return ((this.memory.columns.flags[slot] ?? 0) & ENTRY_FLAGS.absent) === 0;
    }
    return (await this.state.many.lookUp([id], options)).has(id);
  }

  /** Invalidates everything in this namespace. @throws StreamGateError `SG_CACHE_INVALIDATION_PENDING` */
  clear(options: InvalidateOptions = {}): Promise<void> {
    return this.state.writes.clear(options.everywhere === true);
  }

  /**
   * Brings many values in before anybody asks, most valuable first, without hurting the source: it is asked at a bounded rate,
   * left to rest when its loads get slower or fail, and let alone when that does not help. What a tier holds fresh is not
   * loaded; what another process loads meanwhile is waited for.
   *
   * @param targets ids, or targets with variant and tags, in a list or from a stream; or `"popular"`
   * @param load as that of {@link Namespace.getOrLoad}; told the id, the context and the target
   * @returns what became of them, and why it ended; a load that failed is counted, not thrown
   * @throws StreamGateError `SG_CACHE_BAD_OPTION`, `SG_CACHE_CLOSED`, `SG_CACHE_WARM_TARGETS_FAILED`, `SG_CACHE_WARM_PROGRESS_FAILED`
   * @example
   * ```ts
   * import { createCache } from "@streamgate/cache";
   * const cache = createCache();
   * const users = cache.namespace<{ name: string }>("user", { ttl: "5m" });
   * const report = await users.warm([1, 2, 3], async (id) => ({ name: `user ${id}` }), { perSecond: 50 });
   * report.loaded; // 3
   * ```
   */
  warm<Loaded extends Value>(
    targets: WarmTargets,
    load: WarmLoader<Loaded>,
    options: WarmOptions = {},
  ): Promise<WarmReport> {
    return warmNamespace(this.state, targets, load, options);
  }

  /**
   * Says how values are loaded when whoever runs the service warms this namespace from outside, where no request is at hand.
   *
   * @param load as that of {@link Namespace.warm}
   * @param options of every such warm-up
   * @example
   * ```ts
   * import { createCache } from "@streamgate/cache";
   * const cache = createCache({ name: "shop" });
   * cache
   *   .namespace<{ name: string }>("user")
   *   .warmableBy(async (id) => ({ name: `user ${id}` }), {
   *     targetOf: (id) => ({ id: Number(id), tags: [`team-of:${id}`] }),
   *   });
   * ```
   */
  warmableBy<Loaded extends Value>(load: WarmLoader<Loaded>, options: WarmableOptions = {}): void {
    const { targetOf = (id: string): WarmTarget => ({ id }), limit, ...pace } = options;
    const { state } = this;
    state.warming = (ids, signal) => {
      const wanted = ids ?? state.popular(limit ?? POPULAR_LIMIT).map(({ id }) => id);
      return warmNamespace(state, wanted.map(targetOf), load, {
        ...pace,
        ...(signal === undefined ? {} : { signal }),
      });
    };
  }

  private takeHits(): number {
    const untold = this.hits - this.toldHits;
    this.toldHits = this.hits;
    return untold;
  }

  private isFresh(slot: number): boolean {
    const nowMs = this.clock.refresh();
    return (
      this.memory.survives(slot) &&
      nowMs < this.memory.columns.expiresAt(slot) &&
      nowMs < this.memory.trustedUntil
    );
  }
}
