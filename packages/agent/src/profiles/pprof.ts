import { promisify } from "node:util";
import { gzip } from "node:zlib";
import {
  Line,
  Location,
  Function as PprofFunction,
  Profile,
  Sample,
  StringTable,
  ValueType,
} from "pprof-format";
import type { CallFrame, CallNode, CallTreeKind } from "./call-tree.ts";

const compress = promisify(gzip);

/** When a profile was taken. */
export interface PprofTimes {
  /** Wall time of its beginning, ms since 1970. */
  readonly startedAtMs: number;
  readonly durationMs: number;
}

const SAMPLE_TYPES: Readonly<Record<CallTreeKind, readonly [ValueNames, ValueNames]>> = {
  cpu: [
    ["samples", "count"],
    ["cpu", "nanoseconds"],
  ],
  heap: [
    ["inuse_objects", "count"],
    ["inuse_space", "bytes"],
  ],
};
type ValueNames = readonly [type: string, unit: string];

/** V8's own marks: a process that waits uses no CPU. */
const NO_WORK: ReadonlySet<string> = new Set(["(idle)"]);

/**
 * A tree of calls as gzipped pprof (https://github.com/google/pprof/blob/main/proto/profile.proto), for `go tool pprof`,
 * Pyroscope, Parca and the like.
 */
export async function encodePprof(
  tree: CallNode,
  kind: CallTreeKind,
  times: PprofTimes,
): Promise<Buffer> {
  return compress(new PprofBuilder().build(tree, kind, times).encode());
}

class PprofBuilder {
  private readonly strings = new StringTable();
  private readonly functions = new Map<string, PprofFunction>();
  private readonly locations = new Map<string, Location>();
  private readonly samples: Sample[] = [];

  build(tree: CallNode, kind: CallTreeKind, { startedAtMs, durationMs }: PprofTimes): Profile {
    for (const child of tree.children) this.addSamples(child, []);
    const sampleType = SAMPLE_TYPES[kind].map(
      ([type, unit]) =>
        new ValueType({ type: this.strings.dedup(type), unit: this.strings.dedup(unit) }),
    );
    const period = sampleType.at(-1);
    return new Profile({
      sampleType,
      sample: this.samples,
      location: [...this.locations.values()],
      function: [...this.functions.values()],
      stringTable: this.strings,
      timeNanos: BigInt(Math.round(startedAtMs)) * 1_000_000n,
      durationNanos: BigInt(Math.round(durationMs)) * 1_000_000n,
      ...(period === undefined ? {} : { periodType: period }),
    });
  }

  /** @param outer locations of the callers, innermost first */
  private addSamples(node: CallNode, outer: readonly number[]): void {
    if (NO_WORK.has(node.frame.name)) return;
    const stack = [this.locate(node.frame), ...outer];
    if (node.selfSamples > 0 || node.selfValue > 0)
      this.samples.push(
        new Sample({ locationId: stack, value: [node.selfSamples, Math.round(node.selfValue)] }),
      );
    for (const child of node.children) this.addSamples(child, stack);
  }

  private locate(frame: CallFrame): number {
    const key = `${frame.name}\n${frame.file}\n${frame.line}\n${frame.column}`;
    const known = this.locations.get(key);
    if (known !== undefined) return Number(known.id);
    const id = this.locations.size + 1;
    const line = new Line({ functionId: this.describe(frame, key), line: frame.line });
    this.locations.set(key, new Location({ id, line: [line] }));
    return id;
  }

  private describe(frame: CallFrame, key: string): number {
    const id = this.functions.size + 1;
    const name = this.strings.dedup(frame.name);
    this.functions.set(
      key,
      new PprofFunction({
        id,
        name,
        systemName: name,
        filename: this.strings.dedup(frame.file),
        startLine: frame.line,
      }),
    );
    return id;
  }
}
