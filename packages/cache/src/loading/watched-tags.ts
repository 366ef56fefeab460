import type { MemoryTier } from "../memory/memory-tier.ts";
import { namesOf, type TagSet } from "../memory/tags.ts";
import type { FlightRequest } from "./flight-request.ts";

/** The tags of a flight, and those among them whose invalidation it notices: they grow as more come to light. */
export class WatchedTags {
  /** A tag came to light after invalidations that may have been about it. */
  isUncertain = false;
  private readonly memory: MemoryTier;
  private readonly request: FlightRequest;
  /** The count of invalidations when the flight began. */
  private readonly asOf: number;
  private held: TagSet;
  // Made when needed: few loaders name tags.
  private late: Set<string> | undefined;
  private isReleased = false;

  constructor(memory: MemoryTier, request: FlightRequest, asOf: number) {
    this.memory = memory;
    this.request = request;
    this.asOf = asOf;
    this.held = memory.tags.hold(request.tags);
  }

  /** An invalidation of one of these is noticed. */
  get watched(): TagSet {
    return this.held;
  }

  /** All that the tiers must check, implicit ones first. */
  get all(): readonly string[] {
    const { allTags } = this.request;
    return this.late === undefined ? allTags : [...allTags, ...this.late];
  }

  /** Without the implicit ones. */
  get explicit(): readonly string[] {
    return [...this.request.tags, ...(this.late ?? [])];
  }

  /** Tags that the loader names. */
  add(tags: readonly string[]): void {
    this.late ??= new Set();
    for (const tag of tags) if (!this.request.tags.includes(tag)) this.late.add(tag);
    this.watch(tags);
  }

  /** Tags that came to light: what was invalidated since the beginning may have been about them and gone unheard. */
  watch(tags: readonly string[]): void {
    if (tags.length === 0) return;
    const { memory } = this;
    const watched = namesOf(this.held);
    const unwatched = tags.filter((tag) => !watched.includes(tag));
    if (unwatched.length === 0 || this.isReleased) return;
    const before = this.held;
    this.held = memory.tags.hold([...watched, ...unwatched]);
    memory.tags.release(before);
    if (memory.bumps !== this.asOf) this.isUncertain = true;
  }

  release(): void {
    this.isReleased = true;
    this.memory.tags.release(this.held);
  }
}
