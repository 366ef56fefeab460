/**
 * W3C Trace Context (https://www.w3.org/TR/trace-context-2/): how a trace crosses process borders.
 * Whatever a stranger sends is read strictly; what does not parse begins a trace of our own.
 */
export interface TraceContext {
  /** 32 lower-case hexadecimal digits, not all zero. */
  readonly traceId: string;
  /** The caller's span: 16 lower-case hexadecimal digits, not all zero. */
  readonly spanId: string;
  /** Bit 0: the caller may have recorded it. Bit 1: the trace id is random. */
  readonly flags: number;
  /** What other vendors carry along, as `tracestate` has it; empty where there is none. */
  readonly state: string;
}

/** The caller may have recorded the trace. */
export const FLAG_SAMPLED = 0x01;
/** At least the right half of the trace id is random. */
export const FLAG_RANDOM = 0x02;

const VERSION_00_LENGTH = 55;
const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/;
const NO_TRACE = "0".repeat(32);
const NO_SPAN = "0".repeat(16);
/** More than any known vendor sends; the rest of a longer header is not looked at. */
const LONGEST_TRACEPARENT = 512;

/**
 * Reads a `traceparent` header and, when that is valid, the `tracestate` beside it.
 *
 * @param traceparent as the header has it; several joined by commas are invalid
 * @param tracestate an invalid one is dropped, the trace goes on
 * @returns undefined where the header is missing or breaks the specification
 * @example
 * ```ts
 * import { parseTraceContext } from "@streamgate/telemetry/tracing";
 * parseTraceContext("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")?.flags; // 1
 * ```
 */
export function parseTraceContext(
  traceparent: string | undefined,
  tracestate?: string,
): TraceContext | undefined {
  if (traceparent === undefined || traceparent.length < VERSION_00_LENGTH) return undefined;
  if (traceparent.length > LONGEST_TRACEPARENT) return undefined;
  const match = TRACEPARENT.exec(traceparent);
  if (match === null) return undefined;
  const [, version = "ff", traceId = NO_TRACE, spanId = NO_SPAN, flags = "00"] = match;
  if (version === "ff") return undefined;
  // Later versions may say more after a dash; version 00 may not.
  if (version === "00" && traceparent.length !== VERSION_00_LENGTH) return undefined;
  if (traceId === NO_TRACE || spanId === NO_SPAN) return undefined;
  return {
    traceId,
    spanId,
    // Of a later version only the bits that we know may be read.
    flags: Number.parseInt(flags, 16) & (FLAG_SAMPLED | FLAG_RANDOM),
    state: parseTraceState(tracestate),
  };
}

/** The header that tells the next process: always version 00. */
export function formatTraceparent(context: Omit<TraceContext, "state">): string {
  const flags = (context.flags & 0xff).toString(16).padStart(2, "0");
  return `00-${context.traceId}-${context.spanId}-${flags}`;
}

const MOST_MEMBERS = 32;
/** What a vendor must be able to carry; longer ones are cut by whole members from the right. */
const MOST_STATE_CHARACTERS = 512;
const LONGEST_STATE_READ = 8_192;
const MEMBER =
  /^(?:[a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** A `tracestate` that is valid as a whole, without blanks and empty members; else an empty one. */
export function parseTraceState(tracestate: string | undefined): string {
  if (tracestate === undefined || tracestate.length > LONGEST_STATE_READ) return "";
  const members: string[] = [];
  const keys = new Set<string>();
  for (const part of tracestate.split(",")) {
    const member = part.trim();
    if (member === "") continue;
    const key = member.slice(0, member.indexOf("="));
    if (!MEMBER.test(member) || keys.has(key)) return "";
    keys.add(key);
    members.push(member);
  }
  if (members.length > MOST_MEMBERS) return "";
  while (members.length > 0 && lengthOf(members) > MOST_STATE_CHARACTERS) members.pop();
  return members.join(",");
}

function lengthOf(members: readonly string[]): number {
  return members.reduce((sum, member) => sum + member.length + 1, -1);
}
