import { cacheClosed } from "../../errors.ts";
import { checkId, checkTag } from "../../namespace/key.ts";
import type { NamespaceState } from "../../namespace/namespace-state.ts";
import { isFreshInMemory } from "../fresh-in-memory.ts";
import { publishProgress } from "../publish.ts";
import { FrameReader } from "./frames.ts";
import { decodeRecord, type EntryRecord } from "./records.ts";
import {
  type LeftOutReason,
  type ResolvedRestoreOptions,
  type RestoreOptions,
  type RestoreReport,
  resolveRestoreOptions,
} from "./restore-options.ts";
import { RestoreTally } from "./restore-tally.ts";
import { Staging } from "./staging.ts";
import { TierFetch } from "./tier-fetch.ts";
import type { SnapshotWorld } from "./world.ts";

/** So often it is told how far it is. */
const RECORDS_A_REPORT = 1_000;

/**
 * Fills memory from a snapshot; see `Cache.restore`. Where a namespace has shared tiers, they are asked for the keys; else the
 * values of the snapshot come in.
 *
 * @throws StreamGateError `SG_CACHE_BAD_OPTION`, `SG_CACHE_CLOSED`
 */
export async function restoreFrom(
  world: SnapshotWorld,
  source: AsyncIterable<Uint8Array>,
  options: RestoreOptions,
): Promise<RestoreReport> {
  const resolved = resolveRestoreOptions(options);
  if (world.isClosed) throw cacheClosed();
  const startedMs = world.clock.monotonicMs();
  await world.ready();
  const restore = new Restore(world, resolved);
  const ended = await restore.run(source);
  return restore.tally.report(world.clock.monotonicMs() - startedMs, ended);
}

class Restore {
  readonly tally: RestoreTally = new RestoreTally();
  private readonly world: SnapshotWorld;
  private readonly options: ResolvedRestoreOptions;
  private readonly signal: AbortSignal;
  private readonly staging: Staging;
  private readonly fetch: TierFetch;
  /** Invalidations of this process that came before cannot be told apart from later ones. */
  private readonly isTooLate: boolean;
  private position = 0;

  constructor(world: SnapshotWorld, options: ResolvedRestoreOptions) {
    const { clock } = world;
    this.world = world;
    this.options = options;
    this.signal = options.signal ?? new AbortController().signal;
    this.isTooLate = world.hasInvalidated;
    this.staging = new Staging(world, this.tally);
    this.fetch = new TierFetch({
      tally: this.tally,
      clock,
      perSecond: options.perSecond,
      signal: this.signal,
    });
  }

  async run(source: AsyncIterable<Uint8Array>): Promise<RestoreReport["ended"]> {
    try {
      const ended = await this.read(source);
      if (ended !== "not a snapshot" && ended !== "of another version") await this.staging.land();
      return ended;
    } catch (error) {
      if (this.signal.aborted) return "aborted";
      if (this.world.isClosed) return "closed";
      throw error;
    } finally {
      this.staging.close();
    }
  }

  private async read(source: AsyncIterable<Uint8Array>): Promise<RestoreReport["ended"]> {
    const frames = new FrameReader(source);
    for await (const body of frames.bodies()) {
      this.signal.throwIfAborted();
      if (this.world.isClosed) throw cacheClosed();
      const record = decodeRecord(body);
      if (record === undefined) break;
      if (record.kind === "end") {
        frames.end = "complete";
        break;
      }
      this.position += 1;
      if (record.kind === "invalidated") this.staging.invalidated(record.tags, this.position);
      else await this.takeEntry(record);
      if (this.position % RECORDS_A_REPORT === 0) this.tell();
      if (this.fetch.hasGivenUp) return "unavailable";
    }
    await this.fetch.flush();
    this.tell();
    return this.fetch.hasGivenUp ? "unavailable" : frames.end;
  }

  private async takeEntry(record: EntryRecord): Promise<void> {
    this.staging.sawTime(record.atMs);
    const state = this.world.states.get(record.namespace);
    if (state === undefined || state.ttlOf("memory") <= 0) return this.tally.leftOut("unknown");
    if (!isSound(record)) return this.tally.leftOut("unreadable");
    if (isFreshInMemory(state, record.id, record.variant)) {
      this.tally.alreadyThere += 1;
      return undefined;
    }
    const objection = this.objectionTo(state, record);
    if (objection !== undefined) return this.tally.leftOut(objection);
    if (state.tiers.length > 0) return this.fetch.want(state, record);
    return this.staging.add(state, record, this.position);
  }

  private objectionTo(state: NamespaceState, record: EntryRecord): LeftOutReason | undefined {
    const { changedSince } = this.options;
    if (state.tiers.length === 0) {
      if (this.isTooLate) return "invalidated";
      if (this.world.hasBus && changedSince === undefined) return "unprovable";
    }
    if (!this.staging.hasRoom) return "noRoom";
    const { namespace, id, variant, tags, atMs } = record;
    const takenAt = new Date(atMs);
    return changedSince?.({ namespace, id, variant, tags, takenAt }) === true
      ? "changed"
      : undefined;
  }

  private tell(): void {
    publishProgress(() => ({
      activity: "restoring the memory of the cache",
      done: this.tally.done,
      unit: "entries",
    }));
  }
}

/** Whether the key and the tags are such as this cache gives. */
function isSound({ id, tags }: EntryRecord): boolean {
  try {
    checkId(id);
    for (const tag of tags) checkTag(tag);
    return true;
  } catch {
    return false;
  }
}
