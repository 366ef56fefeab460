import type { AnalysedRequest, Call } from "./analysed-request.ts";
import { allValues } from "./call-values.ts";
import { groupBy } from "./group-by.ts";
import type { Observation } from "./observation.ts";

/** Whoever waits so long before asking again wants to see a change. */
const WAIT_MS = 50;
/** Between two questions in a row no program computes so long without need. */
const LEAST_POLL_MS = 1;

/**
 * The same statement with the same parameters again, in one request, while nothing was written: one answer would have done. What waits
 * before it asks again, got another count of rows, failed, locks or calls what is volatile, is left alone.
 */
export function findRepeated(request: AnalysedRequest): readonly Observation[] {
  const askable = request.calls.filter(isAskable);
  const groups = groupBy(
    askable,
    (call) => `${call.form.fingerprint}\u0000${allValues(call, request.placeholdersOf(call))}`,
  );
  return [...groups.values()].flatMap((calls) => observe(request, calls));
}

function isAskable({ statement, form: { facts } }: Call): boolean {
  return (
    statement.error === undefined &&
    facts.isRead &&
    facts.hasFrom &&
    !facts.isVolatile &&
    !facts.isAboutCatalogue
  );
}

function observe(request: AnalysedRequest, all: readonly Call[]): readonly Observation[] {
  const [first] = all;
  if (first === undefined || all.length < 2 || isPoll(all)) return [];
  const writes = request.calls.filter(({ form }) => form.facts.isWrite).map(({ index }) => index);
  // Once something is written, the answer may be another one.
  const next = writes.find((index) => index > first.index) ?? Number.POSITIVE_INFINITY;
  const calls = all.filter(({ index }) => index < next);
  const again = calls.slice(1);
  if (
    again.length === 0 ||
    calls.some(({ statement }) => statement.rows !== first.statement.rows)
  ) {
    return [];
  }
  const savedMs = sumOf(again);
  const site = again.find(({ statement }) => statement.stack !== undefined) ?? first;
  return [
    {
      kind: "query/repeated",
      form: first.form,
      sql: first.statement.sql,
      parameters: first.statement.parameters,
      site: site.statement.stack ?? [],
      calls: calls.length,
      totalMs: sumOf(calls),
      savedMs,
      summary: `${calls.length} times the same statement with the same parameters, and nothing written in between`,
      remedy: "Ask once and hand the answer on, or keep it in a cache that its writes invalidate.",
    },
  ];
}

/** It waited long before it asked again; or it asked three times and more, waited each time, and did nothing else in between. */
function isPoll(calls: readonly Call[]): boolean {
  const waits = calls
    .slice(1)
    .map(({ statement }, index) => statement.issuedMs - (calls[index]?.statement.endMs ?? 0));
  if (waits.some((wait) => wait >= WAIT_MS)) return true;
  const isInRow = calls.every(({ index }, place) => index === (calls[0]?.index ?? 0) + place);
  return calls.length > 2 && isInRow && waits.every((wait) => wait >= LEAST_POLL_MS);
}

function sumOf(calls: readonly Call[]): number {
  return calls.reduce((sum, { statement }) => sum + statement.endMs - statement.startMs, 0);
}
