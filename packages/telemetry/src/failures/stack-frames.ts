const FRAME_WITH_NAME = /^\s*at (?:async )?(?:new )?(.*?) \((.*?)(?::(\d+))?(?::\d+)?\)$/;
const FRAME_WITHOUT_NAME = /^\s*at (?:async )?(.*?)(?::(\d+))?(?::\d+)?$/;
const MOST_LINES = 100;
const LONGEST_LINE = 500;
const MOST_FRAMES = 20;

/** One line of a stack. */
export interface StackFrame {
  readonly functionName: string;
  readonly file: string;
  readonly line: number;
  /** The program's own: neither Node.js nor an installed package. */
  readonly isOwn: boolean;
}

/** The frames of a V8 stack, innermost first; lines that are none are passed over. */
export function parseStack(stack: string): readonly StackFrame[] {
  const frames: StackFrame[] = [];
  for (const line of stack.split("\n", MOST_LINES)) {
    const frame = parseFrame(line.slice(0, LONGEST_LINE));
    if (frame !== undefined) frames.push(frame);
    if (frames.length >= MOST_FRAMES) break;
  }
  return frames;
}

function parseFrame(text: string): StackFrame | undefined {
  if (!/^\s+at /.test(text)) return undefined;
  const named = FRAME_WITH_NAME.exec(text);
  const [functionName, location, line] = named
    ? [named[1] ?? "", named[2] ?? "", named[3]]
    : ["", ...(FRAME_WITHOUT_NAME.exec(text)?.slice(1) ?? [])];
  if (location === undefined || location === "") return undefined;
  return {
    functionName: plainName(functionName ?? ""),
    file: plainPath(location),
    line: Number(line ?? 0),
    isOwn: isOwn(location),
  };
}

function isOwn(location: string): boolean {
  if (location.startsWith("node:") || location.startsWith("internal/")) return false;
  if (location === "<anonymous>" || location === "native" || location.startsWith("index "))
    return false;
  return !/[\\/]node_modules[\\/]/.test(location);
}

/** `Object.run [as handler]` → `run`; the receiver's class depends on how V8 saw the call. */
function plainName(name: string): string {
  const bare = name.replace(/ \[as .*\]$/, "");
  return bare.slice(bare.lastIndexOf(".") + 1).replace(/^<anonymous>$/, "");
}

/** What stays the same on another machine: the last folder and the file. */
function plainPath(location: string): string {
  const path = location.replace(/^file:\/\//, "").replace(/[?#].*$/, "");
  return path.split(/[\\/]/).slice(-2).join("/");
}

/** As a report shows it: `charge (billing/invoice.ts:42)`. */
export function formatFrame({ functionName, file, line }: StackFrame): string {
  return `${functionName || "(anonymous)"} (${file}:${line})`;
}
