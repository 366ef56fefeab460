import { randomBytes } from "node:crypto";
import {
  announceCache,
  type CacheControl,
  type CacheWarming,
  type CacheWarmingOptions,
  seededRandom,
} from "@streamgate/core";
import type { CurvePoint } from "./analytics/curve/hit-ratio-curve.ts";
import type { PopularityRecord } from "./analytics/popularity.ts";
import type { CacheStatistics } from "./analytics/statistics.ts";
import { followBus } from "./bus/follow-bus.ts";
import { BackgroundWork } from "./closing/background-work.ts";
import { type CloseReport, closeInOrder } from "./closing/close-in-order.ts";
import { cacheClosed, notWarmable } from "./errors.ts";
import { DependencyGraph } from "./invalidation/dependencies.ts";
import { Hearing } from "./invalidation/hearing.ts";
import { type InvalidateTargets, tagsOfTargets } from "./invalidation/invalidate-targets.ts";
import { Invalidator } from "./invalidation/invalidator.ts";
import { type Deferred, deferred } from "./loading/deferred.ts";
import { HitClock } from "./memory/hit-clock.ts";
import { type ManagedMemory, manageMemory } from "./memory/managed-memory.ts";
import { memoryTier } from "./memory/memory-options.ts";
import type { MemoryTier } from "./memory/memory-tier.ts";
import { checkNamespaceName } from "./namespace/key.ts";
import { makeNamespaceState, type NamespaceCommons } from "./namespace/make-namespace-state.ts";
import { type InvalidateOptions, Namespace } from "./namespace/namespace.ts";
import type { NamespaceState } from "./namespace/namespace-state.ts";
import { RefreshSlots } from "./namespace/refresh-slots.ts";
import {
  type CacheOptions,
  type ResolvedCacheOptions,
  resolveCacheOptions,
} from "./options/cache-options.ts";
import type { NamespaceOptions } from "./options/namespace-options.ts";
import { CacheBooks } from "./recording/cache-books.ts";
import { MemoryRecord } from "./recording/memory-record.ts";
import { TierRecord } from "./recording/tier-record.ts";
import { Deadlines } from "./resilience/deadline.ts";
import { GuardedTier } from "./resilience/guarded-tier.ts";
import { restoreFrom } from "./warming/snapshot/restore.ts";
import type { RestoreOptions, RestoreReport } from "./warming/snapshot/restore-options.ts";
import { takeSnapshot } from "./warming/snapshot/take-snapshot.ts";
import type { SnapshotWorld } from "./warming/snapshot/world.ts";

/**
 * A cache of several tiers.
 *
 * @throws StreamGateError `SG_CACHE_BAD_OPTION`, `SG_CACHE_BUS_MISSING`
 * @example
 * ```ts
 * import { createCache, memoryTier } from "@streamgate/cache";
 * const cache = createCache({
 *   tiers: [memoryTier({ maxBytes: "64mb" })],
 *   namespaces: { user: { ttl: "5m", staleWhileRevalidate: "1m" } },
 * });
 * const users = cache.namespace<{ name: string }>("user");
 * const ada = await users.getOrLoad(1, () => ({ name: "Ada" }));
 * ```
 */
export function createCache(options: CacheOptions = {}): Cache {
  const systemSeed = (): number => randomBytes(4).readInt32LE(0);
  return new Cache(resolveCacheOptions(options, [memoryTier()], () => seededRandom(systemSeed())));
}

/** The tiers, the bus and the namespaces of one cache. Made by {@link createCache}. */
export class Cache implements CacheControl {
  /** What people call it; see `CacheOptions.name`. */
  readonly name: string;
  private readonly options: ResolvedCacheOptions;
  private readonly states = new Map<string, NamespaceState>();
  private readonly faces = new Map<string, Namespace>();
  private readonly books: CacheBooks;
  private readonly managed: ManagedMemory;
  private readonly memory: MemoryTier;
  private readonly hearing: Hearing;
  private readonly invalidator: Invalidator;
  private readonly background: BackgroundWork;
  private readonly commons: NamespaceCommons;
  private readonly process = randomBytes(6).toString("base64url");
  private readonly followed: Deferred<void> = deferred();
  private tokens = 0;
  private readonly withdraw: () => void;
  private closing: Promise<CloseReport> | undefined;

  constructor(options: ResolvedCacheOptions) {
    const { clock, random, bus, edge, invalidationTimeoutMs } = options;
    const { states } = this;
    this.name = options.name;
    this.options = options;
    this.books = new CacheBooks(clock, states);
    const { recorder } = this.books;
    this.managed = manageMemory(options.memory, new MemoryRecord(recorder), () =>
      this.books.memoryUse(this.memory),
    );
    const memory = this.managed.tier;
    this.memory = memory;
    this.hearing = new Hearing({ memory, states, recorder });
    const deadlines = new Deadlines(clock);
    const tiers = guarded(options, deadlines, new TierRecord(recorder));
    this.invalidator = new Invalidator({
      tiers,
      bus,
      edge,
      timeoutMs: invalidationTimeoutMs,
      clock,
      random,
      deadlines,
      applyHere: (message, isRepeated) =>
        this.hearing.heard(message, isRepeated ? "again" : "local"),
      everything: () => this.hearing.everything,
      warn: options.onWarning,
    });
    this.background = new BackgroundWork(options.onWarning);
    const graph = new DependencyGraph(options.dependencies);
    this.commons = {
      options,
      managed: this.managed,
      books: this.books,
      tiers,
      hitClock: new HitClock(clock),
      invalidator: this.invalidator,
      refreshes: new RefreshSlots(options.maxConcurrentRefreshes),
      ready: this.ready(),
      closure: (tags) => graph.closure(tags),
      newToken: () => this.newToken(),
      isClosed: () => this.closing !== undefined,
      track: (work) => this.background.track(work),
    };
    for (const name of Object.keys(options.namespaces)) this.namespace(name);
    void followBus(options, memory, this.hearing).then(this.followed.resolve);
    this.withdraw = announceCache(this);
  }

  /**
   * The namespace of this name. Its options are those given here, else those of `createCache({ namespaces })`, and
   * they are fixed by the first call.
   *
   * @param name 1 to 64 letters, digits, `_`, `.` or `-`
   * @throws StreamGateError `SG_CACHE_BAD_KEY`, `SG_CACHE_BAD_OPTION`, `SG_CACHE_CLOSED`
   */
  namespace<Value = unknown>(name: string, options?: NamespaceOptions): Namespace<Value> {
    let face = this.faces.get(name);
    if (face === undefined) {
      face = new Namespace(this.addNamespace(name, options));
      this.faces.set(name, face);
    }
    return face as Namespace<Value>;
  }

  /**
   * After this has resolved, no read in this process, and no read that reaches a shared tier, gives a value whose load began
   * before the call. Other processes drop it from memory within milliseconds, and stop serving from memory within
   * the bus's lease whatever happens to them; with `everywhere` it resolves only then.
   *
   * @throws StreamGateError `SG_CACHE_INVALIDATION_PENDING` (done here, tried again elsewhere), `SG_CACHE_BAD_KEY`
   */
  async invalidate(targets: InvalidateTargets): Promise<void> {
    if (this.closing !== undefined) throw cacheClosed();
    await this.invalidator.invalidate(
      { tags: tagsOfTargets(targets) },
      targets.everywhere === true,
    );
  }

  /** Invalidates everything in all namespaces. @throws StreamGateError `SG_CACHE_INVALIDATION_PENDING` */
  async clear(options: InvalidateOptions = {}): Promise<void> {
    if (this.closing !== undefined) throw cacheClosed();
    const tags = this.hearing.everything;
    await this.invalidator.invalidate({ tags }, options.everywhere === true);
  }

  /**
   * Warms a namespace for whoever runs the service, who has no loader: by the one that `Namespace.warmableBy` was told.
   *
   * @throws StreamGateError `SG_CACHE_NOT_WARMABLE`, `SG_CACHE_CLOSED`
   */
  async warm(namespace: string, { ids, signal }: CacheWarmingOptions = {}): Promise<CacheWarming> {
    if (this.closing !== undefined) throw cacheClosed();
    const state = this.states.get(namespace);
    if (state?.warming === undefined) throw notWarmable(namespace);
    return state.warming(ids, signal);
  }

  /** Everything counted since the start and lately, by namespace and tier. */
  statistics(): CacheStatistics {
    return this.books.statistics(this.memory);
  }

  /** The hit ratio that memory would have at ¼ to 8 times its size; none before it was used. Estimated from a sample of the keys. */
  hitRatioCurve(): readonly CurvePoint[] {
    return this.managed.points(this.books.memoryUse(this.memory));
  }

  /** What is asked for most and dearest to load, by namespace; JSON, to be handed to {@link Cache.restorePopularity} after a restart. */
  popularity(): Readonly<Record<string, PopularityRecord>> {
    return this.books.popularity();
  }

  /** Adds what a former process knew of popularity; records of another form are passed over. */
  restorePopularity(records: Readonly<Record<string, unknown>>): void {
    this.books.restorePopularity(records);
  }

  /**
   * What memory holds, in chunks of about 64 KiB, for {@link Cache.restore} after a restart: most valuable first, so that a
   * smaller memory takes the best. Of namespaces with shared tiers only the keys; of others the values too, as they are.
   * What is invalidated while it runs is not restored. The cache goes on meanwhile.
   *
   * @throws StreamGateError `SG_CACHE_CLOSED`, also when the cache is closed before the last chunk
   */
  snapshot(): AsyncGenerator<Buffer> {
    return takeSnapshot(this.snapshotWorld());
  }

  /**
   * Fills memory from a snapshot, as far as it has room. Best awaited before the first request; what memory holds by then stays.
   *
   * What was invalidated after the snapshot was taken is unknown to it. Therefore:
   * - A namespace with shared tiers takes from the snapshot only which keys to fetch: the values come from those tiers, which judge
   *   them by their epochs, so none comes in that was invalidated before. Nothing is loaded.
   * - Without shared tiers the values come in with what is left of their time to live, less the time since the snapshot by the
   *   wall clock. Nothing else is promised: what changed after the snapshot is served until that time ends, unless
   *   `changedSince` tells. None comes in where the wall clock stands before the snapshot; a clock that was set back
   *   by less than that goes unnoticed, and lengthens their time by as much.
   * - Without shared tiers but with a bus, other processes may have invalidated: nothing comes in without `changedSince`.
   * - Without shared tiers nothing comes in once something was invalidated or set in this process; what is invalidated while it
   *   runs does not come in.
   *
   * @returns what became of the entries; a torn or foreign source is no error
   * @throws StreamGateError `SG_CACHE_BAD_OPTION`, `SG_CACHE_CLOSED`; whatever `changedSince` throws
   */
  restore(source: AsyncIterable<Uint8Array>, options: RestoreOptions = {}): Promise<RestoreReport> {
    return restoreFrom(this.snapshotWorld(), source, options);
  }

  /** A sink for what a database's change feed says; the same as `invalidate({ tags })`. */
  get sink(): InvalidationSink {
    return { invalidate: (tags) => this.invalidate({ tags }) };
  }

  /** Resolves when the bus is followed; before, memory is not served where there is a bus. Never rejects. */
  ready(): Promise<void> {
    return this.followed.promise;
  }

  /** Ends loads, the bus and timers in order; what no tier acknowledged is tried once more. Safe to call twice. */
  close(): Promise<CloseReport> {
    this.closing ??= this.closeParts();
    return this.closing;
  }

  private addNamespace(name: string, given: NamespaceOptions | undefined): NamespaceState {
    if (this.closing !== undefined) throw cacheClosed();
    checkNamespaceName(name);
    const state = makeNamespaceState(name, given, this.commons);
    this.states.set(name, state);
    return state;
  }

  private closeParts(): Promise<CloseReport> {
    this.withdraw();
    const { states, background, invalidator, managed, options } = this;
    return closeInOrder({ states, background, invalidator, managed, options });
  }

  private snapshotWorld(): SnapshotWorld {
    const { memory, states, hearing, options } = this;
    const isClosed = (): boolean => this.closing !== undefined;
    return {
      memory,
      clock: options.clock,
      states,
      hasBus: options.bus !== undefined,
      get hasInvalidated() {
        return hearing.hasInvalidated;
      },
      get isClosed() {
        return isClosed();
      },
      ready: () => this.ready(),
      watch: (heard) => hearing.watch(heard),
    };
  }

  private newToken(): string {
    this.tokens += 1;
    return `${this.process}.${this.tokens}`;
  }
}

function guarded(
  { shared, clock, tierTimeoutMs, invalidationTimeoutMs, breaker }: ResolvedCacheOptions,
  deadlines: Deadlines,
  watcher: TierRecord,
): readonly GuardedTier[] {
  const options = {
    timeoutMs: tierTimeoutMs,
    fillTimeoutMs: invalidationTimeoutMs * 4,
    breaker,
  };
  return shared.map((tier) => new GuardedTier({ tier, clock, deadlines, watcher, options }));
}

/** Takes the tags that a change feed found to be changed. */
export interface InvalidationSink {
  invalidate(tags: readonly string[]): Promise<void>;
}
