import type { CpuProfile } from "./cpu-profile.ts";
import type { HeapProfile } from "./heap-profile.ts";

/** Where a function is written. */
export interface CallFrame {
  /** `(anonymous)` where it has none. */
  readonly name: string;
  /** As V8 knows it: a path, a `file:` or `node:` URL; empty for what is not JavaScript. */
  readonly file: string;
  /** From 1; 0 where there is none. */
  readonly line: number;
  /** From 1; 0 where there is none. */
  readonly column: number;
}

/** A function in the course of those that called it. */
export interface CallNode {
  readonly frame: CallFrame;
  /** What it took itself: nanoseconds of a CPU profile, bytes of a heap profile. */
  readonly selfValue: number;
  /** How many samples that was. */
  readonly selfSamples: number;
  /** With all that it called. */
  readonly totalValue: number;
  readonly children: readonly CallNode[];
}

/** What the values of a tree say. */
export type CallTreeKind = "cpu" | "heap";

interface RawFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

const MICROSECOND_NS = 1_000;

/** The stacks of a CPU profile. A sample lasts until the next one. */
export function cpuCallTree(profile: CpuProfile): CallNode {
  const times = sampleTimes(profile);
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const build = (id: number): CallNode => {
    const node = byId.get(id);
    const own = times.get(id) ?? { ns: 0, samples: 0 };
    return makeNode(
      frameOf(node?.callFrame),
      own.ns,
      own.samples,
      (node?.children ?? []).map(build),
    );
  };
  return build(profile.nodes[0]?.id ?? 0);
}

/** The stacks of a heap profile. */
export function heapCallTree(profile: HeapProfile): CallNode {
  const counts = new Map<number, number>();
  for (const { nodeId } of profile.samples) counts.set(nodeId, (counts.get(nodeId) ?? 0) + 1);
  const build = (node: HeapProfile["head"]): CallNode =>
    makeNode(
      frameOf(node.callFrame),
      node.selfSize,
      counts.get(node.id) ?? 0,
      node.children.map(build),
    );
  return build(profile.head);
}

function sampleTimes({ samples = [], timeDeltas = [], startTime, endTime }: CpuProfile) {
  const times = new Map<number, { ns: number; samples: number }>();
  let atMicroseconds = startTime;
  for (const [place, id] of samples.entries()) {
    atMicroseconds += timeDeltas[place] ?? 0;
    const lasted = timeDeltas[place + 1] ?? endTime - atMicroseconds;
    const known = times.get(id) ?? { ns: 0, samples: 0 };
    // V8 may hand over samples out of their order: a negative difference is none.
    known.ns += Math.max(0, lasted) * MICROSECOND_NS;
    known.samples += 1;
    times.set(id, known);
  }
  return times;
}

function makeNode(
  frame: CallFrame,
  selfValue: number,
  selfSamples: number,
  children: readonly CallNode[],
): CallNode {
  const totalValue = children.reduce((sum, child) => sum + child.totalValue, selfValue);
  return { frame, selfValue, selfSamples, totalValue, children };
}

function frameOf(raw: RawFrame | undefined): CallFrame {
  return {
    name: raw === undefined || raw.functionName === "" ? "(anonymous)" : raw.functionName,
    file: raw?.url ?? "",
    line: Math.max(0, (raw?.lineNumber ?? -1) + 1),
    column: Math.max(0, (raw?.columnNumber ?? -1) + 1),
  };
}
