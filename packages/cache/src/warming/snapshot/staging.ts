import { setImmediate } from "node:timers/promises";
import type { Held } from "../../loading/value-form.ts";
import { ENTRY_FLAGS } from "../../memory/entry-columns.ts";
import { ENTRY_OVERHEAD_BYTES } from "../../memory/memory-tier.ts";
import type { NamespaceState } from "../../namespace/namespace-state.ts";
import { sizeOf } from "../../values/size-of.ts";
import { type EntryRecord, EVERYTHING } from "./records.ts";
import type { LeftOutReason } from "./restore-options.ts";
import type { RestoreTally } from "./restore-tally.ts";
import type { SnapshotWorld } from "./world.ts";

interface Staged {
  readonly state: NamespaceState;
  readonly record: EntryRecord;
  readonly held: Held;
  /** How many records of the snapshot came before. */
  readonly position: number;
}

/** Entries that come in without a turn for others. */
const LANDINGS_A_TURN = 256;

/**
 * Values of a snapshot on their way into memory. They come in only when the snapshot was read to its end, since what it says
 * there may be about any of them; they take no more than what memory has free.
 */
export class Staging {
  private readonly world: SnapshotWorld;
  private readonly tally: RestoreTally;
  private readonly asOf: number;
  private readonly startedWallMs: number;
  private readonly staged: Staged[] = [];
  /** By tag, how many records came before its last invalidation in the snapshot. */
  private readonly invalidatedAt = new Map<string, number>();
  private readonly invalidatedHere = new Set<string>();
  private readonly endWatch: () => void;
  private bytes = 0;
  private latestAtMs = 0;
  private hasClockJumped = false;

  constructor(world: SnapshotWorld, tally: RestoreTally) {
    this.world = world;
    this.tally = tally;
    this.asOf = world.memory.bumps;
    this.startedWallMs = world.clock.now().getTime();
    this.endWatch = world.watch((tags) => {
      for (const tag of tags) this.invalidatedHere.add(tag);
    });
  }

  get hasRoom(): boolean {
    const { entries, maxEntries, bytes, maxBytes } = this.world.memory;
    return this.staged.length + entries < maxEntries && this.bytes + bytes < maxBytes;
  }

  /** The snapshot says that these fell while it was taken. */
  invalidated(tags: readonly string[], position: number): void {
    for (const tag of tags) this.invalidatedAt.set(tag, position);
  }

  /** Every entry of the snapshot in turn: within it the wall clock must not go back. */
  sawTime(atMs: number): void {
    if (atMs < this.latestAtMs) this.hasClockJumped = true;
    this.latestAtMs = Math.max(this.latestAtMs, atMs);
  }

  async add(state: NamespaceState, record: EntryRecord, position: number): Promise<void> {
    const { payload } = record;
    const timing = this.timingOf(record);
    if (payload === undefined || timing !== "in time") {
      this.tally.leftOut(timing === "in time" ? "unprovable" : timing);
      return;
    }
    try {
      const opened = await state.form.open(payload, true);
      const flags = opened.flags | (record.isAbsent ? ENTRY_FLAGS.absent : 0);
      this.staged.push({ state, record, held: { ...opened, flags }, position });
      this.bytes += opened.sizeBytes + ENTRY_OVERHEAD_BYTES + sizeOf(record.id);
    } catch {
      this.tally.leftOut("unreadable");
    }
  }

  /** The least valuable first, so that the others were used later. */
  async land(): Promise<void> {
    for (const [count, staged] of this.staged.toReversed().entries()) {
      if (count % LANDINGS_A_TURN === LANDINGS_A_TURN - 1) await setImmediate();
      this.landOne(staged);
    }
  }

  close(): void {
    this.endWatch();
  }

  private landOne({ state, record, held, position }: Staged): void {
    const { tally, world } = this;
    const reason = this.objectionTo(state, record, position);
    if (reason !== undefined) {
      tally.leftOut(reason);
      return;
    }
    if (state.index.find(record.id, record.variant) !== undefined) {
      tally.alreadyThere += 1;
      return;
    }
    const slot = state.takeBack({
      ...record,
      held,
      asOf: this.asOf,
      freshMs: record.leftMs - this.ageMs(record),
    });
    if (slot === undefined) {
      tally.leftOut(world.memory.bumps === this.asOf ? "noRoom" : "invalidated");
      return;
    }
    for (let hit = 0; hit < record.frequency; hit += 1) world.memory.hit(slot);
    tally.restored += 1;
  }

  private objectionTo(
    state: NamespaceState,
    record: EntryRecord,
    position: number,
  ): LeftOutReason | undefined {
    const tags = [EVERYTHING, ...state.implicitTags(record.id), ...record.tags];
    const isInvalidated = tags.some(
      (tag) => this.invalidatedHere.has(tag) || position <= (this.invalidatedAt.get(tag) ?? -1),
    );
    if (isInvalidated) return "invalidated";
    const timing = this.timingOf(record);
    return timing === "in time" ? undefined : timing;
  }

  private timingOf(record: EntryRecord): "in time" | "expired" | "clockWentBack" {
    const ageMs = this.ageMs(record);
    const hasGoneBack = this.world.clock.now().getTime() < this.startedWallMs;
    if (ageMs < 0 || this.hasClockJumped || hasGoneBack) return "clockWentBack";
    return ageMs < record.leftMs ? "in time" : "expired";
  }

  private ageMs({ atMs }: EntryRecord): number {
    return this.world.clock.now().getTime() - atMs;
  }
}
