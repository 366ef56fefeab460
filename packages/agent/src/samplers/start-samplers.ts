import type { Clock } from "@streamgate/core";
import type { Registry } from "@streamgate/telemetry";
import { AgentCost } from "./agent-cost.ts";
import { cachesSampler, type WatchedCache } from "./caches.ts";
import { cpuSampler } from "./cpu.ts";
import { descriptorsSampler } from "./descriptors.ts";
import { diskIoSampler } from "./disk-io.ts";
import { eventLoopSampler } from "./event-loop.ts";
import { filesystemsSampler } from "./filesystems.ts";
import { garbageCollectionSampler } from "./garbage-collection.ts";
import { handlesSampler } from "./handles.ts";
import { heapSampler } from "./heap.ts";
import { memorySampler } from "./memory.ts";
import { networkIoSampler } from "./network-io.ts";
import type { ObservationLog } from "./observation.ts";
import { Pace } from "./pace.ts";
import { type FoundPools, poolsSampler, type WatchedPool } from "./pools.ts";
import { RecordedObservations } from "./recorded-observations.ts";
import type { ObservedParts, Sampler, SamplerContext, SamplerFactory } from "./sampler.ts";
import { threadsSampler } from "./threads.ts";

/** How the samplers are started. */
export interface SamplersOptions {
  readonly registry: Registry;
  readonly clock: Clock;
  /** By the name that their series get. */
  readonly pools: Readonly<Record<string, WatchedPool>>;
  readonly foundPools: FoundPools;
  readonly caches: Readonly<Record<string, WatchedCache>>;
  /** Share of a core that all of them together may take, 0 to 1. */
  readonly maxCpuShare: number;
  /** Where `/proc` and `/sys` are. @default "/" */
  readonly systemRoot?: string;
}

/** Samplers at work. */
export interface Samplers {
  readonly observations: ObservationLog;
  readonly cost: AgentCost;
  /** Asks every sampler at once and resolves when all have answered. */
  sampleNow(): Promise<void>;
  stop(): void;
}

const TICK_MS = 1_000;

const FACTORIES: readonly SamplerFactory[] = [
  eventLoopSampler,
  heapSampler,
  garbageCollectionSampler,
  memorySampler,
  cpuSampler,
  handlesSampler,
  descriptorsSampler,
  threadsSampler,
  diskIoSampler,
  networkIoSampler,
  filesystemsSampler,
];

/** Starts all that this platform has something to tell for; nothing of it keeps the process alive. */
export function startSamplers(options: SamplersOptions): Samplers {
  return new RunningSamplers(options);
}

interface Paced {
  readonly sampler: Sampler;
  readonly pace: Pace;
  dueMs: number;
  isUnderWay: boolean;
}

class RunningSamplers implements Samplers {
  readonly observations: RecordedObservations;
  readonly cost: AgentCost;
  private readonly clock: Clock;
  private readonly paced: readonly Paced[];
  private readonly timer: NodeJS.Timeout;
  private parts: ObservedParts = {};

  constructor(options: SamplersOptions) {
    const { registry, clock, pools, foundPools, caches, maxCpuShare, systemRoot = "/" } = options;
    this.clock = clock;
    this.cost = new AgentCost(registry);
    this.observations = new RecordedObservations(() => this.cost.fail("observer"));
    const context: SamplerContext = {
      registry,
      clock,
      systemRoot,
      addCost: (part, costMs) => this.cost.add(part, costMs),
      addCollection: (collection) => this.observations.addCollection(collection),
      addStall: (stall) => this.observations.addStall(stall),
    };
    const factories: readonly SamplerFactory[] = [
      ...FACTORIES,
      () => poolsSampler(context, pools, foundPools),
      () => cachesSampler(context, caches),
    ];
    const samplers = factories.flatMap((factory) => this.start(factory, context));
    this.paced = samplers.map((sampler) => ({
      sampler,
      pace: new Pace(sampler.intervalMs, maxCpuShare / samplers.length),
      dueMs: Number.NEGATIVE_INFINITY,
      isUnderWay: false,
    }));
    this.timer = setInterval(() => this.tick(), TICK_MS).unref();
    this.tick();
  }

  async sampleNow(): Promise<void> {
    await Promise.all(this.paced.map((each) => this.sample(each)));
    this.observe();
  }

  stop(): void {
    clearInterval(this.timer);
    for (const { sampler } of this.paced) {
      try {
        sampler.stop();
      } catch {
        this.cost.fail(sampler.name);
      }
    }
  }

  private start(factory: SamplerFactory, context: SamplerContext): Sampler[] {
    try {
      const sampler = factory(context);
      return sampler === undefined ? [] : [sampler];
    } catch {
      this.cost.fail(factory.name);
      return [];
    }
  }

  /** Whoever is due reads; what they read becomes one observation. One that is late goes into a later one. */
  private tick(): void {
    const nowMs = this.clock.monotonicMs();
    // Half a tick early is better than a whole one late.
    const due = this.paced.filter(({ dueMs }) => nowMs >= dueMs - TICK_MS / 2);
    void Promise.all(due.map((each) => this.sample(each))).then(() => this.observe());
    this.cost.setSlowed(this.paced.filter(({ pace }) => pace.isSlowed).length);
  }

  private observe(): void {
    if (Object.keys(this.parts).length === 0) return;
    this.observations.addObservation({
      atMs: this.clock.monotonicMs(),
      takenAtMs: this.clock.now().getTime(),
      ...this.parts,
    });
    this.parts = {};
  }

  private async sample(each: Paced): Promise<void> {
    if (each.isUnderWay) return;
    const { sampler, pace } = each;
    each.isUnderWay = true;
    const beganMs = performance.now();
    try {
      const answer = sampler.sample();
      const costMs = performance.now() - beganMs;
      this.cost.add(sampler.name, costMs);
      if (sampler.gathers !== true) pace.add(costMs);
      each.dueMs = this.clock.monotonicMs() + pace.intervalMs;
      const parts = await answer;
      this.parts = { ...this.parts, ...parts };
    } catch {
      this.cost.fail(sampler.name);
    } finally {
      each.isUnderWay = false;
    }
  }
}
