import type { Stall } from "../../samplers/observation.ts";
import {
  describeFrame,
  frameKey,
  isOwnCode,
  kindOfCode,
  namedAround,
  type RawFrame,
  resolveFrame,
  sayFrame,
} from "../sites/code-frame.ts";
import type { TimedStack } from "./timed-stacks.ts";

/** A function of the program that held the thread. */
export interface BlockingFunction {
  /** `function (file:line)`; what else was going on where no code of the program was on the stack. */
  readonly place: string;
  readonly isOwnCode: boolean;
  /** How often. */
  readonly times: number;
  readonly longestMs: number;
  readonly totalMs: number;
  /** What it spent the time on, innermost, greatest share first. */
  readonly innermost: string;
}

/** A function is named for a stretch when it was on the stack for so much of it. */
const NAMED_SHARE = 0.6;

/** The functions behind stalls: those innermost of the program's own that were on the stack through most of each. */
export function blockingFunctions(
  stacks: readonly TimedStack[],
  stalls: readonly Stall[],
): readonly BlockingFunction[] {
  const stretches = stalls.flatMap((stall) => {
    const endMs = stall.atMs + stall.durationMs;
    const during = stacks.filter(
      ({ atMs, durationMs }) => atMs < endMs && atMs + durationMs > stall.atMs,
    );
    return during.length === 0 ? [] : [{ during, durationMs: stall.durationMs }];
  });
  return summarizeStretches(stretches);
}

/** Stretches of at least `leastMs` in which the program computed without letting go of the thread. */
export function longStretches(
  stacks: readonly TimedStack[],
  leastMs: number,
  isCounted: (stack: TimedStack) => boolean,
): readonly BlockingFunction[] {
  const stretches: { during: TimedStack[]; durationMs: number }[] = [];
  let during: TimedStack[] = [];
  let task = "";
  const close = (): void => {
    const durationMs = during.reduce((sum, stack) => sum + stack.durationMs, 0);
    if (durationMs >= leastMs && during.every(isCounted)) stretches.push({ during, durationMs });
    during = [];
  };
  for (const stack of stacks) {
    const outermost = stack.frames.findLast(({ url }) => isOwnCode(url));
    const key = outermost === undefined ? "" : frameKey(outermost);
    if (key !== task) {
      close();
      task = key;
    }
    if (key !== "") during.push(stack);
  }
  close();
  return summarizeStretches(stretches);
}

function summarizeStretches(
  stretches: readonly { readonly during: readonly TimedStack[]; readonly durationMs: number }[],
): readonly BlockingFunction[] {
  const byPlace = new Map<string, BlockingFunction>();
  for (const { during, durationMs } of stretches) {
    const { place, isOwn } = placeOf(during);
    const known = byPlace.get(place);
    byPlace.set(place, {
      place,
      isOwnCode: isOwn,
      times: (known?.times ?? 0) + 1,
      longestMs: Math.max(known?.longestMs ?? 0, durationMs),
      totalMs: (known?.totalMs ?? 0) + durationMs,
      innermost: known?.innermost ?? commonest(during, (frames) => frames[0]) ?? "",
    });
  }
  return [...byPlace.values()].sort((left, right) => right.totalMs - left.totalMs);
}

function placeOf(during: readonly TimedStack[]): {
  readonly place: string;
  readonly isOwn: boolean;
} {
  const total = during.reduce((sum, { durationMs }) => sum + durationMs, 0);
  const held = new Map<string, { ms: number; depth: number; frame: RawFrame }>();
  for (const { frames, durationMs } of during) {
    const seen = new Set<string>();
    for (const [index, inner] of frames.entries()) {
      if (!isOwnCode(inner.url)) continue;
      const frame = namedAround(inner, frames.slice(index + 1));
      const key = frameKey(frame);
      if (seen.has(key)) continue;
      seen.add(key);
      const entry = held.get(key) ?? { ms: 0, depth: 0, frame };
      entry.ms += durationMs;
      entry.depth = Math.max(entry.depth, frames.length - index);
      held.set(key, entry);
    }
  }
  const named = [...held.values()]
    .filter(({ ms }) => ms >= NAMED_SHARE * total)
    .sort((left, right) => right.depth - left.depth)[0];
  if (named !== undefined) return { place: describeFrame(resolveFrame(named.frame)), isOwn: true };
  return { place: commonest(during, (frames) => frames[0]) ?? "What no sample saw", isOwn: false };
}

/** The frame with the most time, as a person reads it. */
function commonest(
  during: readonly TimedStack[],
  choose: (frames: readonly RawFrame[]) => RawFrame | undefined,
): string | undefined {
  const times = new Map<string, number>();
  for (const { frames, durationMs } of during) {
    const frame = choose(frames);
    if (frame === undefined) continue;
    const name = kindOfCode(frame.url) === "agent" ? frame.functionName : sayFrame(frame);
    times.set(name, (times.get(name) ?? 0) + durationMs);
  }
  return [...times].sort(([, left], [, right]) => right - left)[0]?.[0];
}
