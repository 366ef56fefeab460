import type { Clock } from "@streamgate/core";
import { KnownIds } from "../bloom/known-ids.ts";
import type { Id } from "../memory/memory-index.ts";
import type { ResolvedKnownIds } from "../options/namespace-options.ts";

/** Keeps the filter of a namespace's known ids right: builds it, adds to it, and builds it anew where it must be doubted. */
export class KnownIdsKeeper {
  readonly filter: KnownIds;
  private readonly options: ResolvedKnownIds;
  private readonly ended = new AbortController();
  private readonly timer: NodeJS.Timeout;

  /** @param ready when the bus is followed: additions that others tell of before that go unheard, so the first build waits for it */
  constructor(options: ResolvedKnownIds, clock: Clock, ready: Promise<void>) {
    const { expectedIds, bitsPerId, maxBytes, settleMs } = options;
    this.options = options;
    this.filter = new KnownIds({
      clock,
      ...(expectedIds === undefined ? {} : { expectedIds }),
      ...(bitsPerId === undefined ? {} : { bitsPerId }),
      ...(maxBytes === undefined ? {} : { maxBytes }),
      ...(settleMs === undefined ? {} : { settleMs }),
    });
    this.timer = setInterval(() => this.rebuild(), options.rebuildEveryMs);
    this.timer.unref();
    void ready.then(() => this.rebuild());
  }

  mayExist(id: Id): boolean {
    return this.filter.mayExist(id);
  }

  add(ids: readonly Id[]): void {
    this.filter.add(ids);
  }

  /** A tag was invalidated; where it may mean new ids nothing is denied until they are known. */
  heard(tag: string): void {
    if (this.options.tags?.includes(tag)) this.doubt(`the tag ${tag} was invalidated`);
  }

  /** Additions may have gone unheard. */
  doubt(reason: string): void {
    this.filter.distrust(reason);
    this.rebuild();
  }

  close(): void {
    clearInterval(this.timer);
    this.ended.abort();
    this.filter.close();
  }

  /** A failed rebuild only costs loads: the filter says so in its report, and the next one is tried in time. */
  private rebuild(): void {
    if (this.ended.signal.aborted) return;
    this.filter.rebuild(this.options.source, { signal: this.ended.signal }).catch(() => undefined);
  }
}
