import type { RawFrame } from "../sites/code-frame.ts";

const MOST_FRAMES = 24;

/** The stack of the caller, innermost first, as plain frames. What the program does with its stacks is left as it is. */
export function captureStack(above: (...input: never[]) => unknown): readonly RawFrame[] {
  const prepareStackTrace: unknown = Reflect.get(Error, "prepareStackTrace");
  const { stackTraceLimit } = Error;
  const holder: { stack?: unknown } = {};
  try {
    Error.stackTraceLimit = MOST_FRAMES;
    Error.prepareStackTrace = (_error, sites) => sites.map(toFrame);
    Error.captureStackTrace(holder, above);
    // Reading it makes V8 call the function above.
    const frames = holder.stack;
    return Array.isArray(frames) ? frames : [];
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    if (prepareStackTrace === undefined) Reflect.deleteProperty(Error, "prepareStackTrace");
    else Reflect.set(Error, "prepareStackTrace", prepareStackTrace);
  }
}

function toFrame(site: NodeJS.CallSite): RawFrame {
  return {
    functionName: site.getFunctionName() ?? "",
    url: site.getScriptNameOrSourceURL() ?? site.getFileName() ?? "",
    lineNumber: (site.getLineNumber() ?? 1) - 1,
    columnNumber: (site.getColumnNumber() ?? 1) - 1,
  };
}
