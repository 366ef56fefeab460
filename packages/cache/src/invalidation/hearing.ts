import type { StatisticsRecorder } from "../analytics/recorder.ts";
import type { BusMessage } from "../bus/bus.ts";
import type { MemoryTier } from "../memory/memory-tier.ts";
import { namespaceTag, parseTag } from "../namespace/key.ts";
import type { NamespaceState } from "../namespace/namespace-state.ts";
import { publishInvalidate } from "../recording/publish.ts";

type Watch = (tags: readonly string[]) => void;

/** Does in this process what invalidations say, wherever they come from. */
export class Hearing {
  /** Something was invalidated, or set, since the beginning. */
  hasInvalidated = false;
  private readonly memory: MemoryTier;
  private readonly states: ReadonlyMap<string, NamespaceState>;
  private readonly recorder: StatisticsRecorder;
  private readonly watches = new Set<Watch>();

  constructor(parts: {
    readonly memory: MemoryTier;
    readonly states: ReadonlyMap<string, NamespaceState>;
    readonly recorder: StatisticsRecorder;
  }) {
    this.memory = parts.memory;
    this.states = parts.states;
    this.recorder = parts.recorder;
  }

  /** The tags of all namespaces. */
  get everything(): readonly string[] {
    return [...this.states.keys()].map(namespaceTag);
  }

  /** Calls back with all tags that are heard from now on; returns what ends that. */
  watch(heard: Watch): () => void {
    this.watches.add(heard);
    return () => this.watches.delete(heard);
  }

  /** @param origin `again`: what was heard before is repeated behind the shared tiers */
  heard({ tags, added }: BusMessage, origin: "local" | "again" | "bus"): void {
    const before = this.memory.entries;
    let entries = 0;
    for (const tag of tags) {
      const dropped = this.heardTag(tag);
      entries += dropped;
      if (origin !== "again" && parseTag(tag).kind === "tag") {
        this.recorder.recordInvalidation(tag, dropped, before);
      }
    }
    this.hasInvalidated = true;
    for (const watch of this.watches) watch(tags);
    if (added !== undefined) this.states.get(added.namespace)?.knownIds?.add(added.ids);
    if (origin !== "again") publishInvalidate(() => ({ tags, origin, entries }));
  }

  /** Anything may have been invalidated: the filters of known ids are doubted, and who watches hears of everything. */
  doubtAll(reason: string): void {
    for (const watch of this.watches) watch(this.everything);
    for (const { knownIds } of this.states.values()) knownIds?.doubt(reason);
  }

  /** How many entries of memory it concerned. */
  private heardTag(tag: string): number {
    const named = parseTag(tag);
    if (named.kind !== "tag") {
      const state = this.states.get(named.namespace);
      if (state === undefined) return 0;
      return named.kind === "id" ? heardId(state, named.id) : heardClear(state);
    }
    for (const state of this.states.values()) state.knownIds?.heard(tag);
    return this.memory.invalidateTag(tag);
  }
}

function heardId(state: NamespaceState, id: string): number {
  const { memory, index } = state;
  const before = index.entries;
  memory.invalidateId(index, id);
  const asNumber = Number(id);
  if (String(asNumber) === id) memory.invalidateId(index, asNumber);
  state.flights.spoil(id);
  // Whoever invalidates an id may have made its row.
  state.knownIds?.add([id]);
  return before - index.entries;
}

function heardClear(state: NamespaceState): number {
  const { entries } = state.index;
  state.memory.invalidateNamespace(state.index);
  state.knownIds?.doubt("the namespace was invalidated");
  return entries;
}
