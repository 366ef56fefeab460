import type { Clock } from "@streamgate/core";
import type { Observation, Stall } from "../../samplers/observation.ts";
import type { BlockingFunction } from "./blocking-function.ts";
import { blockingFunctions, longStretches } from "./blocking-function.ts";
import {
  type DearCall,
  jsonCall,
  jsonCalls,
  synchronousCall,
  synchronousCalls,
} from "./called-from.ts";
import { profileThread, type ThreadProfiling } from "./profile-thread.ts";
import { runningShare } from "./running-share.ts";
import { busyMs, type TimedStack } from "./timed-stacks.ts";

/** What one short profile said of the thread. */
export interface ThreadReading {
  readonly takenAtMs: number;
  readonly seconds: number;
  /** Share of the time in which the thread was not waiting. */
  readonly busyShare: number;
  readonly blockers: readonly BlockingFunction[];
  /** What computes for long at a stretch, without input, output or JSON. */
  readonly computations: readonly BlockingFunction[];
  readonly synchronous: readonly DearCall[];
  readonly json: readonly DearCall[];
}

const SAMPLE_MS = 4;
const PROFILE_MS = 10_000;
const LONG_STRETCH_MS = 50;
const STALL_WINDOW_MS = 60_000;
const STALLS_TO_LOOK = 3;
const BUSY = 0.6;
const BUSY_OBSERVATIONS = 10;
const RECENT_OBSERVATIONS = 20;
/** A thread that ran for less of its busy time was held up by others: what it was at does not matter. */
const LEAST_RUNNING_SHARE = 0.5;
const REST_MS = 30_000;
const LONGEST_REST_MS = 30 * 60_000;

/**
 * Decides when the thread is worth a look, and looks: ten seconds of a CPU profile at a low rate, when it was blocked a few
 * times in a minute or has been busy for a while. Rests for longer and longer while it finds the same.
 */
export class ThreadWatch {
  private readonly clock: Clock;
  private readonly addCost: (part: string, costMs: number) => void;
  private readonly startProfile: (clock: Clock, intervalMs: number) => ThreadProfiling;
  private stalls: Stall[] = [];
  private recent: readonly Observation[] = [];
  private busyObservations = 0;
  private profiling: ThreadProfiling | undefined;
  private restUntilMs = Number.NEGATIVE_INFINITY;
  private restMs = REST_MS;
  private last: ThreadReading | undefined;

  constructor(
    clock: Clock,
    addCost: (part: string, costMs: number) => void,
    startProfile: (clock: Clock, intervalMs: number) => ThreadProfiling = profileThread,
  ) {
    this.clock = clock;
    this.addCost = addCost;
    this.startProfile = startProfile;
  }

  /** The last reading; undefined where there is none, or what it was taken for has long been over. */
  get reading(): ThreadReading | undefined {
    return this.last;
  }

  onStall(stall: Stall): void {
    this.stalls.push(stall);
  }

  onObservation(observation: Observation): void {
    const isBusy = (observation.loop?.utilization ?? 0) >= BUSY;
    this.busyObservations = isBusy ? this.busyObservations + 1 : 0;
    this.recent = [...this.recent, observation].slice(-RECENT_OBSERVATIONS);
  }

  async look(): Promise<void> {
    const nowMs = this.clock.monotonicMs();
    this.stalls = this.stalls.filter(({ atMs }) => nowMs - atMs < STALL_WINDOW_MS);
    if (this.profiling !== undefined) {
      if (nowMs - this.profiling.startedAtMs >= PROFILE_MS) await this.read(this.profiling);
      return;
    }
    if (!this.isWorthALook()) {
      if (this.last !== undefined && nowMs - this.last.takenAtMs > STALL_WINDOW_MS) this.forget();
      return;
    }
    if (nowMs < this.restUntilMs || runningShare(this.recent) < LEAST_RUNNING_SHARE) return;
    this.profiling = this.timed(() => this.startProfile(this.clock, SAMPLE_MS));
  }

  stop(): void {
    this.profiling?.abandon();
    this.profiling = undefined;
  }

  private isWorthALook(): boolean {
    return this.stalls.length >= STALLS_TO_LOOK || this.busyObservations >= BUSY_OBSERVATIONS;
  }

  private async read(profiling: ThreadProfiling): Promise<void> {
    this.profiling = undefined;
    const beganMs = performance.now();
    const stacks = await profiling.finish();
    const takenAtMs = this.clock.monotonicMs();
    this.last = readThread(
      stacks,
      this.stalls,
      takenAtMs,
      (takenAtMs - profiling.startedAtMs) / 1000,
    );
    this.addCost("cpu_profile", performance.now() - beganMs);
    this.restUntilMs = takenAtMs + this.restMs;
    this.restMs = Math.min(LONGEST_REST_MS, this.restMs * 2);
  }

  /** What was seen is over: the next trouble is looked at soon. */
  private forget(): void {
    this.last = undefined;
    this.restMs = REST_MS;
  }

  private timed<Result>(act: () => Result): Result {
    const beganMs = performance.now();
    const result = act();
    this.addCost("cpu_profile", performance.now() - beganMs);
    return result;
  }
}

/** What stacks and stalls say together. */
export function readThread(
  stacks: readonly TimedStack[],
  stalls: readonly Stall[],
  takenAtMs: number,
  seconds: number,
): ThreadReading {
  const busy = busyMs(stacks);
  const computes = ({ frames }: TimedStack): boolean =>
    synchronousCall(frames) === undefined && jsonCall(frames) === undefined;
  return {
    takenAtMs,
    seconds,
    busyShare: busy / Math.max(1, seconds * 1000),
    blockers: blockingFunctions(stacks, stalls),
    computations: longStretches(stacks, LONG_STRETCH_MS, computes),
    synchronous: synchronousCalls(stacks, busy),
    json: jsonCalls(stacks, busy),
  };
}
