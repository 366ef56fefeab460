import type { RawFrame } from "./code-frame.ts";

/** The tree of stacks that V8's sampling heap profiler gives. */
export interface AllocationNode {
  readonly id: number;
  readonly callFrame: RawFrame;
  readonly children: readonly AllocationNode[];
}

/** Objects that were alive at the end, sampled as they were allocated; `ordinal` counts all samples, of the dead too. */
export interface AllocationSample {
  readonly nodeId: number;
  readonly size: number;
  readonly ordinal: number;
}

export interface AllocationProfile {
  readonly head: AllocationNode;
  readonly samples: readonly AllocationSample[];
}

/** Node's types know neither the samples nor the ids, which V8 gives since version 7.5. */
export function isAllocationProfile(profile: unknown): profile is AllocationProfile {
  return (
    typeof profile === "object" &&
    profile !== null &&
    "head" in profile &&
    "samples" in profile &&
    Array.isArray(profile.samples)
  );
}

/** What one stack allocated and the program still holds. */
export interface LiveStack {
  /** Innermost first. */
  readonly frames: readonly RawFrame[];
  readonly liveBytes: number;
  readonly liveSamples: number;
  /** Of what was allocated in the first part of the profile: what outlived the second. */
  readonly oldBytes: number;
  readonly oldSamples: number;
  /** Quarters of the profile's allocations in which something was allocated that is still held. */
  readonly quarters: number;
}

const OLD_SHARE = 0.6;

/**
 * What lives, by the stack that allocated it. Samples carry the order of their allocation, so one profile compares the heap
 * over time: what is in use for a while is alive from the last moments only, what leaks from every part. Old is what outlived
 * the last 40 % of all allocations.
 */
export function liveStacks(profile: AllocationProfile): readonly LiveStack[] {
  const lastOrdinal = profile.samples.reduce((most, { ordinal }) => Math.max(most, ordinal), 0);
  const byNode = new Map<number, AllocationSample[]>();
  for (const sample of profile.samples) {
    const samples = byNode.get(sample.nodeId) ?? [];
    samples.push(sample);
    byNode.set(sample.nodeId, samples);
  }
  const stacks: LiveStack[] = [];
  const visit = (node: AllocationNode, outer: readonly RawFrame[]): void => {
    const frames = [node.callFrame, ...outer];
    const samples = byNode.get(node.id);
    if (samples !== undefined) stacks.push(summarize(frames, samples, lastOrdinal));
    for (const child of node.children) visit(child, frames);
  };
  for (const child of profile.head.children) visit(child, []);
  return stacks.sort((left, right) => right.oldBytes - left.oldBytes);
}

function summarize(
  frames: readonly RawFrame[],
  samples: readonly AllocationSample[],
  lastOrdinal: number,
): LiveStack {
  const old = samples.filter(({ ordinal }) => ordinal <= OLD_SHARE * lastOrdinal);
  const quarters = new Set(
    samples.map(({ ordinal }) => Math.min(3, Math.floor((4 * ordinal) / (lastOrdinal + 1)))),
  );
  return {
    frames,
    liveBytes: bytesOf(samples),
    liveSamples: samples.length,
    oldBytes: bytesOf(old),
    oldSamples: old.length,
    quarters: quarters.size,
  };
}

function bytesOf(samples: readonly AllocationSample[]): number {
  return samples.reduce((sum, { size }) => sum + size, 0);
}
