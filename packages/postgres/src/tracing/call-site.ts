import { fileURLToPath } from "node:url";
import type { Frame } from "../requests/traced-request.ts";

/** A stack as V8 took it; it is written out when it is read, and most never are. */
export interface TakenStack {
  readonly stack?: string;
}

/** Frames of a driver and an ORM stand above the application's own. */
const DEEPEST = 48;
const MOST_FRAMES = 8;

/** Takes the stack of the caller, `async` callers included, without writing it out. */
export function takeStack(below?: (...values: never[]) => unknown): TakenStack {
  const taken: TakenStack = {};
  const limit = Error.stackTraceLimit;
  try {
    Error.stackTraceLimit = DEEPEST;
    Error.captureStackTrace(taken, below);
  } catch {
    // Somebody froze Error: then there is no stack to show.
  } finally {
    if (Error.stackTraceLimit !== limit) Error.stackTraceLimit = limit;
  }
  return taken;
}

/** The application's frames of a stack; none where the program writes stacks in a way of its own. */
export function framesOf(taken: TakenStack): readonly Frame[] {
  try {
    const { stack } = taken;
    return typeof stack === "string" ? applicationFrames(stack) : [];
  } catch {
    return [];
  }
}

/** The folder in which this package and its siblings stand: the agent wraps the same driver. */
const OWN_PACKAGES = fileURLToPath(new URL("../../..", import.meta.url));
const CODE_OF_PACKAGE = /^[^\\/]+[\\/](?:dist|src)[\\/]/;
const FRAME = /^\s*at (.*)$/;
const NOT_OF_APPLICATION =
  /(?:\(|^(?:async )?)(?:node:|native\)|internal\/)|\(<anonymous>\)|[\\/]node_modules[\\/]|\(index \d+\)/;

/**
 * The application's own frames of a stack, innermost first: neither those of Node.js and of packages, nor StreamGate's. What a
 * recursion repeats stands once.
 */
export function applicationFrames(stack: string): readonly Frame[] {
  const frames: Frame[] = [];
  for (const line of stack.split("\n")) {
    const frame = FRAME.exec(line)?.[1];
    if (frame === undefined || NOT_OF_APPLICATION.test(frame)) continue;
    const plain = frame.replace("file://", "");
    if (isOwn(plain) || frames.includes(plain)) continue;
    frames.push(plain);
    if (frames.length === MOST_FRAMES) break;
  }
  return frames;
}

function isOwn(frame: string): boolean {
  const at = frame.indexOf(OWN_PACKAGES);
  return at !== -1 && CODE_OF_PACKAGE.test(frame.slice(at + OWN_PACKAGES.length));
}
