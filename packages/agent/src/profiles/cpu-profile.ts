import type { Profiler } from "node:inspector";
import { Session } from "node:inspector/promises";
import type { Clock } from "@streamgate/core";
import { profileFailed } from "../errors.ts";

/** As Chrome's `.cpuprofile`. Times in microseconds. */
export type CpuProfile = Profiler.Profile;

export interface CpuProfileOptions {
  readonly durationMs: number;
  /** Between two samples, microseconds, at least 100. @default 1_000, and more where that would be over 30,000 samples */
  readonly intervalMicroseconds?: number;
  /** Ends it without a profile. */
  readonly signal?: AbortSignal;
  readonly clock: Clock;
}

const MOST_SAMPLES = 30_000;
const LEAST_INTERVAL = 1_000;

/**
 * Samples what this thread does, with V8's profiler. Several may run at once.
 *
 * @throws the signal's reason; SG_AGENT_PROFILE_FAILED
 */
export async function takeCpuProfile(options: CpuProfileOptions): Promise<CpuProfile> {
  const { durationMs, signal, clock } = options;
  const interval =
    options.intervalMicroseconds ??
    Math.max(LEAST_INTERVAL, Math.ceil((durationMs * 1_000) / MOST_SAMPLES));
  signal?.throwIfAborted();
  const session = new Session();
  session.connect();
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.setSamplingInterval", { interval });
    await session.post("Profiler.start");
    await clock.sleep(durationMs, signal);
    const { profile } = await session.post("Profiler.stop");
    return profile;
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    throw profileFailed("a CPU profile", thrown);
  } finally {
    // Whatever still runs in this session ends with it.
    session.disconnect();
  }
}
