import { answerUnreadable } from "./errors.ts";
import { decodeMessage } from "./message-codec.ts";
import type { StreamEntry } from "./stream-position.ts";

/** So that a burst leaves room for renewals; an entry has at most some 8 KB. */
const ENTRIES_A_READ = 128;

/** XREAD of what follows `heard`; waits `blockMs` for it, which is 1 or more, or not at all when undefined. */
export function readArguments(
  stream: string,
  heard: number,
  blockMs: number | undefined,
): (string | number)[] {
  const block = blockMs === undefined ? [] : ["BLOCK", blockMs];
  return ["COUNT", ENTRIES_A_READ, ...block, "STREAMS", stream, `${heard}-0`];
}

/** The entries in an answer to XREAD of one stream, in RESP2 or RESP3 flattened to it. */
export function parseEntries(answer: unknown): StreamEntry[] {
  if (answer === null || answer === undefined) return [];
  const [first, second]: readonly unknown[] = Array.isArray(answer) ? answer : [];
  const entries: unknown = Array.isArray(first) ? first[1] : second;
  if (!Array.isArray(entries)) throw answerUnreadable("read the stream of invalidations");
  return entries.map(parseEntry);
}

function parseEntry(entry: unknown): StreamEntry {
  const [id, fields]: readonly unknown[] = Array.isArray(entry) ? entry : [];
  const [number, part] = String(id).split("-");
  const [processName, process, bodyName, body] = Array.isArray(fields) ? fields.map(String) : [];
  const isOurs = part === "0" && processName === "p" && bodyName === "m";
  if (!isOurs || process === undefined || body === undefined)
    return { number: Number.NaN, process: "", said: undefined };
  return { number: Number(number), process, said: body === "" ? "ask" : decodeMessage(body) };
}
