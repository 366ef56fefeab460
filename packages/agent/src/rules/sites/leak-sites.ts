import {
  describeFrame,
  frameKey,
  isOwnCode,
  kindOfCode,
  namedAround,
  type RawFrame,
  resolveFrame,
  sayFrame,
} from "./code-frame.ts";
import type { LiveStack } from "./kept-allocations.ts";

/** A place in the program that allocates what stays. */
export interface LeakSite {
  /** `function (file:line)`: the innermost frame of the program's own code that does so only for what stays. */
  readonly place: string;
  /** What that frame called: a library, Node, or a function of the program that others call too. */
  readonly through?: string;
  /** Who called it, outwards, at most three frames of the program's own code. */
  readonly callers: readonly string[];
  /** Of all bytes that stayed, 0 to 1. */
  readonly share: number;
  readonly samples: number;
}

const MOST_SITES = 3;
const LEAST_SHARE = 0.1;
const LEAST_QUARTERS = 2;
const LEAST_OLD_SHARE = 0.3;
const MOST_CALLERS = 3;
/** A function is shared when so much of what it allocated, of what lives, came from callers of whom nothing stays. */
const SHARED_SHARE = 0.03;
const SHARED_SAMPLES = 2;

/** The places behind what stays, greatest first; those that allocated once, such as a module being loaded, are left out. */
export function leakSites(stacks: readonly LiveStack[]): readonly LeakSite[] {
  const lasting = ofProgram(stacks.filter(isLasting));
  const total = lasting.reduce((sum, { oldBytes }) => sum + oldBytes, 0);
  const shared = sharedFunctions(stacks);
  const places = new Map<string, { stack: LiveStack; bytes: number; samples: number }>();
  for (const stack of lasting) {
    const site = siteFrame(stack.frames, shared);
    const key = site === undefined ? "" : frameKey(site);
    const place = places.get(key) ?? { stack, bytes: 0, samples: 0 };
    place.bytes += stack.oldBytes;
    place.samples += stack.oldSamples;
    places.set(key, place);
  }
  return [...places.values()]
    .sort((left, right) => right.bytes - left.bytes)
    .filter(({ bytes }) => bytes >= LEAST_SHARE * total)
    .slice(0, MOST_SITES)
    .map(({ stack, bytes, samples }) => describeSite(stack.frames, shared, bytes / total, samples));
}

/** Of stacks whose memory is outside the heap: only those that end in a buffer's constructor, where there are any. */
export function outsideStacks(stacks: readonly LiveStack[]): readonly LiveStack[] {
  const buffers = stacks.filter(({ frames }) => allocatesBuffer(frames));
  return buffers.some((stack) => isLasting(stack)) ? buffers : stacks;
}

const BUFFER_MAKERS = /Array$|Buffer|^alloc|^concat$/;

function allocatesBuffer(frames: readonly RawFrame[]): boolean {
  const inner = frames[0];
  if (inner === undefined) return false;
  return (
    inner.url === "node:buffer" || (inner.url === "" && BUFFER_MAKERS.test(inner.functionName))
  );
}

/** Stacks with code of the program, where there are any: Node and the agent keep small things of their own. */
function ofProgram(stacks: readonly LiveStack[]): readonly LiveStack[] {
  const own = stacks.filter(({ frames }) => frames.some(({ url }) => isOwnCode(url)));
  return own.length > 0 ? own : stacks;
}

/** Of what leaks 60 % is old, as it was allocated at all times alike; of what is in use for a while hardly anything. */
function isLasting({ oldSamples, oldBytes, liveBytes, quarters }: LiveStack): boolean {
  return oldSamples > 0 && quarters >= LEAST_QUARTERS && oldBytes >= LEAST_OLD_SHARE * liveBytes;
}

/** Functions of the program that allocate on behalf of callers of whom nothing stays, too: helpers, whose callers tell more. */
function sharedFunctions(stacks: readonly LiveStack[]): ReadonlySet<string> {
  const byFunction = new Map<string, { all: number; passing: number; passingSamples: number }>();
  for (const stack of stacks) {
    for (const key of new Set(stack.frames.filter(({ url }) => isOwnCode(url)).map(frameKey))) {
      const entry = byFunction.get(key) ?? { all: 0, passing: 0, passingSamples: 0 };
      entry.all += stack.liveBytes;
      if (!isLasting(stack)) {
        entry.passing += stack.liveBytes;
        entry.passingSamples += stack.liveSamples;
      }
      byFunction.set(key, entry);
    }
  }
  const shared = [...byFunction].filter(
    ([, { all, passing, passingSamples }]) =>
      passingSamples >= SHARED_SAMPLES && passing >= SHARED_SHARE * all,
  );
  return new Set(shared.map(([key]) => key));
}

function siteFrame(frames: readonly RawFrame[], shared: ReadonlySet<string>): RawFrame | undefined {
  const own = frames.filter(({ url }) => isOwnCode(url));
  const site = own.find((frame) => !shared.has(frameKey(frame))) ?? own[0];
  if (site !== undefined) return namedAround(site, own.slice(own.indexOf(site) + 1));
  return (
    frames.find(({ url }) => kindOfCode(url) === "library") ??
    frames.find(({ url }) => kindOfCode(url) === "node") ??
    frames[0]
  );
}

function describeSite(
  frames: readonly RawFrame[],
  shared: ReadonlySet<string>,
  share: number,
  samples: number,
): LeakSite {
  const site = siteFrame(frames, shared);
  const at = site === undefined ? 0 : frames.indexOf(site);
  const inner = frames[at - 1];
  const callers = frames
    .slice(at + 1)
    .filter(({ url }) => isOwnCode(url))
    .slice(0, MOST_CALLERS);
  return {
    place: site === undefined ? "(unknown)" : describeFrame(resolveFrame(site)),
    ...(inner === undefined ? {} : { through: sayFrame(inner) }),
    callers: callers.map((frame) => describeFrame(resolveFrame(frame))),
    share,
    samples,
  };
}
