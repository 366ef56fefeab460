import {
  describeFrame,
  isOwnCode,
  kindOfCode,
  namedAround,
  type RawFrame,
  resolveFrame,
} from "../sites/code-frame.ts";
import type { TimedStack } from "./timed-stacks.ts";

/** Something dear that the program calls, by the place that calls it. */
export interface DearCall {
  /** What is called: `readFileSync`, `JSON.parse`. */
  readonly name: string;
  /** The innermost place of the program's own code that calls it; else of a library. */
  readonly place: string;
  readonly totalMs: number;
  /** Of the time in which the thread was not waiting, 0 to 1. */
  readonly share: number;
}

/** Calls into Node that hold the thread until they are done: `fs.readFileSync`, `crypto.scryptSync`, `zlib.gzipSync`, `child_process.execSync`. */
export function synchronousCalls(
  stacks: readonly TimedStack[],
  busyMs: number,
): readonly DearCall[] {
  return dearCalls(stacks, busyMs, synchronousCall);
}

/** Whether Node was called synchronously; loading a module reads files and is meant to. */
export function synchronousCall(frames: readonly RawFrame[]): string | undefined {
  if (frames.some(({ url }) => url.startsWith("node:internal/modules/"))) return undefined;
  return frames.findLast(
    ({ url, functionName }) => url.startsWith("node:") && functionName.endsWith("Sync"),
  )?.functionName;
}

/** `JSON.parse` and `JSON.stringify`, which are seen while `showJsonCalls` is in force. */
export function jsonCalls(stacks: readonly TimedStack[], busyMs: number): readonly DearCall[] {
  return dearCalls(stacks, busyMs, jsonCall);
}

/** Whether JSON was being read or written. */
export function jsonCall(frames: readonly RawFrame[]): string | undefined {
  const frame = frames.find(
    ({ url, functionName }) => functionName.startsWith("JSON.") && kindOfCode(url) === "agent",
  );
  return frame?.functionName;
}

function dearCalls(
  stacks: readonly TimedStack[],
  busyMs: number,
  nameOf: (frames: readonly RawFrame[]) => string | undefined,
): readonly DearCall[] {
  const calls = new Map<string, DearCall>();
  for (const { frames, durationMs } of stacks) {
    const name = nameOf(frames);
    const own = frames.filter(({ url }) => isOwnCode(url));
    const [inner, ...outer] = own;
    const caller =
      inner === undefined
        ? frames.find(({ url }) => kindOfCode(url) === "library")
        : namedAround(inner, outer);
    if (name === undefined || caller === undefined) continue;
    const place = describeFrame(resolveFrame(caller));
    const key = `${name} ${place}`;
    const totalMs = (calls.get(key)?.totalMs ?? 0) + durationMs;
    calls.set(key, { name, place, totalMs, share: totalMs / Math.max(1, busyMs) });
  }
  return [...calls.values()].sort((left, right) => right.totalMs - left.totalMs);
}
