import type { RawFrame } from "../sites/code-frame.ts";

/** A profile as V8's sampling CPU profiler gives it; times in microseconds of the system's monotonic clock. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: RawFrame;
    readonly children?: readonly number[] | undefined;
  }[];
  readonly startTime: number;
  readonly endTime: number;
  readonly samples?: readonly number[] | undefined;
  readonly timeDeltas?: readonly number[] | undefined;
}

/** What the thread did at one moment, and until the next sample. */
export interface TimedStack {
  /** Monotonic, as the profile's `startedAtMs` is. */
  readonly atMs: number;
  readonly durationMs: number;
  /** Innermost first; empty while the thread waited. */
  readonly frames: readonly RawFrame[];
}

const IDLE = "(idle)";
const ROOT = "(root)";

/**
 * The samples of a profile as stacks in order of time.
 *
 * @param startedAtMs the moment of the profile's start on the clock that stalls are told by
 */
export function timedStacks(profile: CpuProfile, startedAtMs: number): readonly TimedStack[] {
  const { samples = [], timeDeltas = [] } = profile;
  const stacks = stacksOfNodes(profile);
  let atMs = startedAtMs;
  return samples.map((node, index) => {
    atMs += (timeDeltas[index] ?? 0) / 1000;
    const endMs = startedAtMs + (profile.endTime - profile.startTime) / 1000;
    const next = timeDeltas[index + 1];
    const durationMs = next === undefined ? Math.max(0, endMs - atMs) : Math.max(0, next / 1000);
    return { atMs, durationMs, frames: stacks.get(node) ?? [] };
  });
}

/** Time in which the thread was not waiting. */
export function busyMs(stacks: readonly TimedStack[]): number {
  return stacks.reduce(
    (sum, { frames, durationMs }) => sum + (frames.length > 0 ? durationMs : 0),
    0,
  );
}

function stacksOfNodes({ nodes }: CpuProfile): ReadonlyMap<number, readonly RawFrame[]> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const stacks = new Map<number, readonly RawFrame[]>();
  const visit = (id: number, outer: readonly RawFrame[]): void => {
    const node = byId.get(id);
    if (node === undefined) return;
    const { functionName } = node.callFrame;
    const frames =
      functionName === ROOT || functionName === IDLE ? outer : [node.callFrame, ...outer];
    stacks.set(id, frames);
    for (const child of node.children ?? []) visit(child, frames);
  };
  const first = nodes[0];
  if (first !== undefined) visit(first.id, []);
  return stacks;
}
