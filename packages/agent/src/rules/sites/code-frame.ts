import { findSourceMap } from "node:module";
import { relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

/** A frame as V8's profilers give it: lines and columns from 0. */
export interface RawFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** What a person is told of a frame. */
export interface CodeFrame {
  readonly functionName: string;
  /** Relative to the working directory where it lies in it, else absolute; as written, where a source map says. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Folders of StreamGate's own code that runs inside a watched process: never the cause. */
const OWN_FOLDERS: readonly string[] = [
  new URL("../../", import.meta.url).href,
  new URL("./", import.meta.resolve("@streamgate/telemetry")).href,
];

/** Whether code is the program's own: not Node's, not a dependency's, not the agent's. */
export function isOwnCode(url: string): boolean {
  return kindOfCode(url) === "own";
}

/** Where code comes from, by the address that V8 keeps for it. */
export function kindOfCode(url: string): "own" | "library" | "node" | "agent" | "unknown" {
  if (url === "" || url.startsWith("evalmachine")) return "unknown";
  if (url.startsWith("node:") || url.startsWith("internal/")) return "node";
  const address = url.startsWith("/") ? pathToFileURL(url).href : url;
  if (OWN_FOLDERS.some((folder) => address.startsWith(folder))) return "agent";
  return url.includes("/node_modules/") ? "library" : "own";
}

/** A frame with its place in the source as it was written. */
export function resolveFrame(frame: RawFrame): CodeFrame {
  const functionName = frame.functionName === "" ? "(anonymous)" : frame.functionName;
  const mapped = findSourceMap(frame.url)?.findEntry(frame.lineNumber, frame.columnNumber);
  if (mapped !== undefined && "originalSource" in mapped && mapped.originalSource !== undefined) {
    return {
      functionName,
      file: shortPath(mapped.originalSource),
      line: mapped.originalLine + 1,
    };
  }
  return { functionName, file: shortPath(frame.url), line: frame.lineNumber + 1 };
}

/** What tells one function from all others. */
export function frameKey(frame: RawFrame): string {
  return `${frame.url}:${frame.lineNumber}:${frame.columnNumber}:${frame.functionName}`;
}

/**
 * The function with a name that an anonymous one is called in, of the same file: `priceOf` for the arrow in its `map`.
 *
 * @param outer the frames around it, innermost first
 */
export function namedAround(frame: RawFrame, outer: readonly RawFrame[]): RawFrame {
  if (frame.functionName !== "") return frame;
  const named = outer.find(({ functionName, url }) => functionName !== "" && url === frame.url);
  return named ?? frame;
}

/** A frame as a person reads it; V8's own functions have a name and no place. */
export function sayFrame(frame: RawFrame): string {
  return frame.url === "" ? frame.functionName : describeFrame(resolveFrame(frame));
}

/** As findings name a place: `rememberSession (src/sessions.ts:12)`. */
export function describeFrame(frame: CodeFrame): string {
  return `${frame.functionName} (${frame.file}:${frame.line})`;
}

function shortPath(url: string): string {
  const path = url.startsWith("file:") ? fileURLToPath(url) : url;
  if (!path.startsWith(sep)) return path;
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith("..") ? path : fromHere;
}
