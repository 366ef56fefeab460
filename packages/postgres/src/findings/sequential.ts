import { textOfValue } from "../requests/value-text.ts";
import type { AnalysedRequest, Call } from "./analysed-request.ts";
import type { Observation } from "./observation.ts";

/** Fewer are not worth a change of the code. */
const LEAST_STATEMENTS = 3;
const LEAST_SAVED_MS = 5;
/** A longer pause is work of the program that the next statement may need. */
const LONGEST_PAUSE_MS = 2;

/**
 * Different reads that waited for one another though nothing of a later one was unknown when the first began: its parameters are
 * those of statements before, or it has none. Whether it was to run at all may still hang on a result, which nobody can see from here.
 */
export function findSequential(request: AnalysedRequest): readonly Observation[] {
  return chainsOf(request.calls).flatMap((chain) => observe(chain));
}

/** Runs of reads that end where one needs, or may need, what came before it. */
function chainsOf(calls: readonly Call[]): readonly (readonly Call[])[] {
  const chains: Call[][] = [];
  let chain: Call[] = [];
  let known = new Set<string>();
  const seen = new Set<string>();
  for (const call of calls) {
    const last = chain.at(-1);
    const follows = last === undefined || isNext(last, call);
    const isIndependent = parametersOf(call).every((value) => known.has(value));
    if (!isFree(call) || !follows || (chain.length > 0 && !isIndependent)) {
      chains.push(chain);
      chain = [];
    }
    if (isFree(call)) {
      // What the first of a chain is asked with is known to all of it.
      if (chain.length === 0) known = new Set([...seen, ...parametersOf(call)]);
      chain.push(call);
    }
    for (const value of parametersOf(call)) seen.add(value);
  }
  return [...chains, chain];
}

function isFree({ statement, transaction, form: { facts } }: Call): boolean {
  return (
    transaction === undefined &&
    statement.error === undefined &&
    facts.isRead &&
    facts.hasFrom &&
    !facts.isVolatile &&
    !facts.isAboutCatalogue
  );
}

function isNext({ statement: before }: Call, { statement: after }: Call): boolean {
  const pauseMs = after.issuedMs - before.endMs;
  return pauseMs >= 0 && pauseMs <= LONGEST_PAUSE_MS;
}

function parametersOf({ statement }: Call): readonly string[] {
  return statement.parameters.map(textOfValue);
}

function observe(chain: readonly Call[]): readonly Observation[] {
  const [first] = chain;
  const forms = new Set(chain.map(({ form }) => form));
  // One form again and again is a matter of its own.
  if (first === undefined || forms.size < LEAST_STATEMENTS || forms.size < chain.length) return [];
  const times = chain.map(({ statement }) => statement.endMs - statement.startMs);
  const totalMs = times.reduce((sum, ms) => sum + ms, 0);
  const savedMs = totalMs - Math.max(...times);
  if (savedMs < LEAST_SAVED_MS) return [];
  return [
    {
      kind: "query/sequential",
      form: first.form,
      sql: first.statement.sql,
      parameters: first.statement.parameters,
      site: first.statement.stack ?? [],
      calls: chain.length,
      totalMs,
      savedMs,
      summary: `${chain.length} reads waited for one another though their parameters were known before the first: ${chain.map(({ form }) => form.text).join("; ")}`,
      remedy:
        "Ask them at once with Promise.all, on connections of the pool, unless one is only to run if another finds something.",
    },
  ];
}
