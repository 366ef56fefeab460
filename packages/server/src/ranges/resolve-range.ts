import type { RangeQuery } from "@streamgate/contract";
import { badRequest } from "../api/refusal.ts";
import { readTimeWord } from "./read-time-word.ts";
import { type ComparedRange, instantOf, type TimeRange } from "./time-range.ts";

/** Something that was done to a watched service, in the order of time. */
interface KnownChange {
  readonly atMs: number;
  readonly summary: string;
}

/** What the words of a range are about. */
export interface RangeContext {
  readonly nowMs: number;
  readonly deploys: readonly KnownChange[];
  /** Of any kind, deploys among them. */
  readonly changes: readonly KnownChange[];
}

const DEFAULT_FROM = "-1h";
const DEFAULT_TO = "now";
const SHORTEST_MS = 1_000;
const LONGEST_MS = 400 * 86_400_000;

/**
 * The stretch of time that a request asks for, and the one before it with which it is compared.
 *
 * @throws ApiRefusal 400 for words that say no instant, ends that are the wrong way round, and stretches that nothing is kept of
 */
export function resolveRange(query: RangeQuery, context: RangeContext): TimeRange {
  const { nowMs } = context;
  const fromMs = readTimeWord(query.from ?? DEFAULT_FROM, nowMs, "from");
  const toMs = readTimeWord(query.to ?? DEFAULT_TO, nowMs, "to");
  if (toMs - fromMs < SHORTEST_MS)
    throw refusal(`the range ends ${instantOf(toMs)}, not a second after it begins`);
  if (toMs - fromMs > LONGEST_MS) throw refusal("the range is longer than 400 days");
  if (fromMs >= nowMs) throw refusal("the range lies in the future");
  return {
    fromMs,
    toMs,
    compared: query.compare === undefined ? null : compare(query.compare, fromMs, toMs, context),
  };
}

/** Whether the changes must be known to resolve a range. */
export function needsChanges({ compare: word }: RangeQuery): boolean {
  return word === "deploy" || word === "change";
}

function compare(
  word: string,
  fromMs: number,
  toMs: number,
  { nowMs, deploys, changes }: RangeContext,
): ComparedRange | null {
  const lengthMs = toMs - fromMs;
  const before = (endMs: number, why: string): ComparedRange => ({
    fromMs: endMs - lengthMs,
    toMs: endMs,
    why,
  });
  if (word === "previous") return before(fromMs, "the time before");
  if (word === "deploy" || word === "change") {
    const change = (word === "deploy" ? deploys : changes).findLast(({ atMs }) => atMs <= toMs);
    // Without a change there is nothing before it: the answer says so by comparing nothing.
    return change === undefined ? null : before(change.atMs, `before ${change.summary}`);
  }
  const endMs = readTimeWord(word, nowMs, "compare");
  if (endMs > toMs) throw refusal("the range is compared with a later one");
  return before(endMs, `before ${instantOf(endMs)}`);
}

function refusal(detail: string): Error {
  return badRequest(detail, "choose a range of at least a second that ends after it begins");
}
