import type { HeapProfiler } from "node:inspector";
import { Session } from "node:inspector/promises";
import type { Clock } from "@streamgate/core";
import { heapSamplingTaken, profileFailed } from "../errors.ts";
import { withArtificialCollections } from "../samplers/artificial-collections.ts";
import { heapSamplingOwner, takeHeapSampling } from "./heap-sampling-slot.ts";

/** As Chrome's `.heapprofile`: what was allocated while it ran and was still held at its end, by stack. */
export interface HeapProfile {
  readonly head: HeapProfileNode;
  readonly samples: readonly HeapProfileSample[];
}

interface HeapProfileNode {
  readonly id: number;
  readonly callFrame: HeapProfiler.SamplingHeapProfileNode["callFrame"];
  /** Bytes. */
  readonly selfSize: number;
  readonly children: readonly HeapProfileNode[];
}

interface HeapProfileSample {
  readonly nodeId: number;
  /** Bytes. */
  readonly size: number;
  /** Rises with each allocation that was sampled, those of the dead too. */
  readonly ordinal: number;
}

export interface HeapProfileOptions {
  readonly durationMs: number;
  /** Allocated bytes between two samples, on average. @default 32_768 */
  readonly intervalBytes?: number;
  /** Ends it without a profile. */
  readonly signal?: AbortSignal;
  readonly clock: Clock;
}

const INTERVAL_BYTES = 32_768;

/**
 * Samples allocations, with V8's sampling heap profiler. At its end V8 makes a full collection, which holds the thread.
 *
 * @throws SG_AGENT_HEAP_SAMPLING_TAKEN; the signal's reason; SG_AGENT_PROFILE_FAILED
 */
export async function takeHeapProfile(options: HeapProfileOptions): Promise<HeapProfile> {
  const { durationMs, intervalBytes = INTERVAL_BYTES, signal, clock } = options;
  signal?.throwIfAborted();
  const giveBack = takeHeapSampling("a heap profile");
  if (giveBack === undefined) throw heapSamplingTaken(heapSamplingOwner() ?? "another");
  const session = new Session();
  session.connect();
  try {
    await session.post("HeapProfiler.startSampling", { samplingInterval: intervalBytes });
    await clock.sleep(durationMs, signal);
    const { profile } = await withArtificialCollections(() =>
      session.post("HeapProfiler.stopSampling"),
    );
    if (!isHeapProfile(profile)) throw new TypeError("V8 gave a profile without samples");
    return profile;
  } catch (thrown) {
    if (signal?.aborted) throw thrown;
    throw profileFailed("a heap profile", thrown);
  } finally {
    session.disconnect();
    giveBack();
  }
}

/** What the inspector really gives; its published types leave half of it out. */
function isHeapProfile(profile: object): profile is HeapProfile {
  return "head" in profile && "samples" in profile && Array.isArray(profile.samples);
}
