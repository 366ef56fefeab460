import type { Clock } from "@streamgate/core";
import type { ObservationLog } from "../../samplers/observation.ts";
import { type AllocationSampling, startAllocationSampling } from "./allocation-sampler.ts";
import { type AllocationProfile, liveStacks } from "./kept-allocations.ts";
import { type LeakSite, leakSites, outsideStacks } from "./leak-sites.ts";

/** What is searched for: something that grows at this rate. */
export interface Wanted {
  readonly bytesPerSecond: number;
  /** Outside the heap V8 sees only the small objects that hold buffers. */
  readonly isOutsideHeap: boolean;
}

export interface SiteSearchOptions {
  readonly clock: Clock;
  readonly observations: ObservationLog;
  /** The longest that the collection at the end may hold the thread, as estimated. */
  readonly mostPauseMs: number;
  /** Told how long V8 was busy for the search. */
  readonly addCost: (part: string, costMs: number) => void;
  readonly start?: (intervalBytes: number) => AllocationSampling | undefined;
}

export type SearchState =
  | { readonly kind: "idle" }
  | { readonly kind: "declined"; readonly pauseMs: number }
  | { readonly kind: "sampling"; readonly sinceMs: number }
  | { readonly kind: "found"; readonly sites: readonly LeakSite[]; readonly seconds: number };

const PART = "heap_sampling";
const SHORTEST_SECONDS = 10;
const LONGEST_SECONDS = 1800;
const MAJOR_COLLECTIONS = 4;
const WANTED_SAMPLES = 48;
const LEAST_SAMPLES = 8;
const MOST_SAMPLES_A_SECOND = 2000;
/** What holds a buffer is small: it takes finer sampling, and longer, to meet it often enough. */
const OUTSIDE = { shortestSeconds: 20, mostSamplesASecond: 10_000 } as const;
const LEAST_INTERVAL_BYTES = 1024;
const MOST_INTERVAL_BYTES = 512 * 1024;
/** Of a sample, by measurement; see docs/design-decisions.md. */
const MS_A_SAMPLE = 0.0015;
/** A full collection that nothing was prepared for, by measurement: about this for each megabyte that is alive. */
const PAUSE_MS_A_MEGABYTE = 1;
const PACE_WINDOW_MS = 60_000;
const READINGS_TO_FORGET = 6;
const REST_AFTER_NOTHING_MS = 20_000;
const LONGEST_REST_MS = 3_600_000;

/**
 * Finds the places that allocate what leaks: samples allocations from the moment when a leak is suspected until some major
 * collections have sorted what stays from what does not, and reads once. A suspicion that goes away costs no collection.
 */
export class SiteSearch {
  private readonly options: SiteSearchOptions;
  private readonly start: (intervalBytes: number) => AllocationSampling | undefined;
  private current: SearchState = { kind: "idle" };
  private sampling: AllocationSampling | undefined;
  private wanted: Wanted | undefined;
  private majors = 0;
  private startedMs = 0;
  private quietReadings = 0;
  private restUntilMs = Number.NEGATIVE_INFINITY;
  private restMs = REST_AFTER_NOTHING_MS;
  private finishing = false;

  constructor(options: SiteSearchOptions) {
    this.options = options;
    this.start = options.start ?? startAllocationSampling;
  }

  get state(): SearchState {
    return this.current;
  }

  /** A leak is suspected, or still is. */
  want(wanted: Wanted): void {
    this.wanted = wanted;
    this.quietReadings = 0;
    if (this.sampling !== undefined || this.current.kind === "found") return;
    const nowMs = this.options.clock.monotonicMs();
    if (nowMs < this.restUntilMs) return;
    const pauseMs = this.expectedPauseMs();
    if (pauseMs > this.options.mostPauseMs) {
      this.current = { kind: "declined", pauseMs };
      return;
    }
    this.sampling = this.timed(() => this.start(this.chooseInterval(wanted)));
    if (this.sampling === undefined) return;
    this.majors = 0;
    this.startedMs = nowMs;
    this.current = { kind: "sampling", sinceMs: nowMs };
  }

  /** Nothing is suspected at this reading. A suspicion that stays away ends the search, and what was found is forgotten. */
  forget(): void {
    this.quietReadings += 1;
    if (this.quietReadings < READINGS_TO_FORGET) return;
    const { sampling } = this;
    if (sampling !== undefined) {
      this.timed(() => sampling.abandon());
      this.rest();
    }
    this.sampling = undefined;
    this.wanted = undefined;
    if (!this.finishing) this.current = { kind: "idle" };
  }

  /** A major collection of the program has ended. */
  onMajorCollection(): void {
    this.majors += 1;
  }

  /** Reads when enough was seen. */
  async look(): Promise<void> {
    if (this.sampling === undefined || this.wanted === undefined || this.finishing) return;
    const seconds = (this.options.clock.monotonicMs() - this.startedMs) / 1000;
    if (!this.hasSeenEnough(seconds, this.wanted, this.sampling.intervalBytes)) return;
    const { sampling, wanted } = this;
    this.sampling = undefined;
    this.finishing = true;
    const beganMs = performance.now();
    const profile = await sampling.finish();
    this.finishing = false;
    this.options.addCost(PART, performance.now() - beganMs + sampledMs(profile));
    const sites = profile === undefined ? [] : this.sitesOf(profile, wanted);
    if (sites.length === 0) {
      this.rest();
      this.current = { kind: "idle" };
      return;
    }
    this.restMs = REST_AFTER_NOTHING_MS;
    this.current = { kind: "found", sites, seconds };
  }

  stop(): void {
    this.sampling?.abandon();
    this.sampling = undefined;
  }

  private hasSeenEnough(seconds: number, wanted: Wanted, intervalBytes: number): boolean {
    if (seconds > LONGEST_SECONDS) return true;
    if (this.majors < MAJOR_COLLECTIONS) return false;
    if (wanted.isOutsideHeap) return seconds >= OUTSIDE.shortestSeconds;
    if (seconds < SHORTEST_SECONDS) return false;
    return (wanted.bytesPerSecond * seconds) / intervalBytes >= WANTED_SAMPLES / 2;
  }

  private sitesOf(profile: AllocationProfile, wanted: Wanted): readonly LeakSite[] {
    const stacks = liveStacks(profile);
    const samples = stacks.reduce((sum, { oldSamples }) => sum + oldSamples, 0);
    if (samples < LEAST_SAMPLES) return [];
    return leakSites(wanted.isOutsideHeap ? outsideStacks(stacks) : stacks);
  }

  /** Fine enough to meet what leaks some fifty times, coarse enough to cost less than a percent. */
  private chooseInterval({ bytesPerSecond, isOutsideHeap }: Wanted): number {
    const { secondsAMajor, allocatedPerSecond } = this.recentPace();
    const seconds = Math.max(SHORTEST_SECONDS, MAJOR_COLLECTIONS * secondsAMajor);
    const fine = isOutsideHeap ? LEAST_INTERVAL_BYTES : (bytesPerSecond * seconds) / WANTED_SAMPLES;
    const most = isOutsideHeap ? OUTSIDE.mostSamplesASecond : MOST_SAMPLES_A_SECOND;
    const interval = Math.max(fine, allocatedPerSecond / most);
    return Math.round(Math.min(MOST_INTERVAL_BYTES, Math.max(LEAST_INTERVAL_BYTES, interval)));
  }

  private recentPace(): { readonly secondsAMajor: number; readonly allocatedPerSecond: number } {
    const sinceMs = this.options.clock.monotonicMs() - PACE_WINDOW_MS;
    const collections = this.options.observations.collections(sinceMs);
    const first = collections[0];
    const last = collections.at(-1);
    const seconds = first === undefined || last === undefined ? 0 : (last.atMs - first.atMs) / 1000;
    if (seconds <= 0) return { secondsAMajor: SHORTEST_SECONDS, allocatedPerSecond: 0 };
    let allocated = 0;
    let before: number | undefined;
    let majors = 0;
    for (const collection of collections) {
      if (collection.kind === "incremental" || collection.kind === "weakcb") continue;
      if (before !== undefined) allocated += Math.max(0, collection.heapUsedBeforeBytes - before);
      before = collection.heapUsedAfterBytes;
      if (collection.kind === "major") majors += 1;
    }
    return {
      secondsAMajor: seconds / Math.max(1, majors),
      allocatedPerSecond: allocated / seconds,
    };
  }

  private expectedPauseMs(): number {
    const usedBytes = this.options.observations.latest()?.heap?.usedBytes ?? 0;
    return (usedBytes / 1e6) * PAUSE_MS_A_MEGABYTE;
  }

  /** Rests for longer after each search that found nothing. */
  private rest(): void {
    this.restUntilMs = this.options.clock.monotonicMs() + this.restMs;
    this.restMs = Math.min(LONGEST_REST_MS, this.restMs * 2);
  }

  private timed<Result>(act: () => Result): Result {
    const beganMs = performance.now();
    try {
      return act();
    } finally {
      this.options.addCost(PART, performance.now() - beganMs);
    }
  }
}

function sampledMs(profile: AllocationProfile | undefined): number {
  const samples = profile?.samples.reduce((most, { ordinal }) => Math.max(most, ordinal), 0) ?? 0;
  return samples * MS_A_SAMPLE;
}
