import { createHash } from "node:crypto";
import type { StackFrame } from "./stack-frames.ts";

/** An error of a chain, as far as it tells one group from another. */
export interface Place {
  readonly type: string;
  readonly code: string;
  readonly plainMessage: string;
  readonly frames: readonly StackFrame[];
}

const MOST_FRAMES = 8;
const HEX_DIGITS = 16;

/**
 * The same for the same place in the code, on every machine and in every release: types and functions count, lines do
 * not. Where no frame is the program's own, those of libraries stand in; where there is none at all, code and message do.
 *
 * @returns 16 hexadecimal digits
 */
export function fingerprintOf(chain: readonly Place[]): string {
  const hash = createHash("sha256");
  for (const place of chain) {
    hash.update(`${place.type}\n`);
    const frames = framesThatCount(place.frames);
    for (const { functionName, file } of frames) hash.update(`${functionName} ${file}\n`);
    if (frames.length === 0) hash.update(`${place.code} ${place.plainMessage}\n`);
    hash.update("\n");
  }
  return hash.digest("hex").slice(0, HEX_DIGITS);
}

/** The innermost own frames, or the innermost at all. */
export function framesThatCount(frames: readonly StackFrame[]): readonly StackFrame[] {
  const own = frames.filter(({ isOwn }) => isOwn);
  return (own.length > 0 ? own : frames).slice(0, MOST_FRAMES);
}
