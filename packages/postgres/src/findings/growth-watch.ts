import { TwoHalves } from "../statements/two-halves.ts";
import type { AnalysedRequest, Call } from "./analysed-request.ts";
import { allValues } from "./call-values.ts";
import type { NamedObservation, Observation } from "./observation.ts";

const MOST_WATCHED = 20_000;
const MOST_COUNTS = 64;
const LEAST_COUNTS = 8;
/** The last third has to be this much above the first, and no short list. */
const LEAST_GROWTH = 1.2;
const LEAST_ROWS = 50;
/** Of the Mann–Kendall test: one in a thousand constant series would pass. */
const LEAST_Z = 3.09;

interface Watched {
  readonly name: string;
  readonly example: Call;
  counts: number[];
  /** One call of so many is counted, doubled whenever the series is full, so that it spans all requests. */
  everyNth: number;
  calls: number;
  totalMs: number;
}

/**
 * Statements without LIMIT whose results grow from request to request. Calls with other parameters are other series, so that a user
 * with many orders is no growth. What is asked once with each value makes room for what comes again.
 */
export class GrowthWatch {
  private readonly watched = new TwoHalves<Watched>(MOST_WATCHED);

  add(request: AnalysedRequest): void {
    const { name } = request.request;
    for (const call of request.calls) {
      if (!isUnbounded(call)) continue;
      const values = allValues(call, request.placeholdersOf(call));
      const key = `${name}\u0000${call.form.text}\u0000${values}`;
      let watched = this.watched.get(key);
      if (watched === undefined) {
        watched = { name, example: call, counts: [], everyNth: 1, calls: 0, totalMs: 0 };
        this.watched.set(key, watched);
      }
      count(watched, call);
    }
  }

  /** Of each request and statement the series with the most calls. */
  observations(): readonly NamedObservation[] {
    const found = new Map<string, NamedObservation>();
    for (const watched of this.watched.values()) {
      const observation = observationOf(watched);
      if (observation === undefined) continue;
      const key = `${watched.name}\u0000${observation.form.text}`;
      const before = found.get(key)?.observation.calls ?? 0;
      if (before < observation.calls) found.set(key, { name: watched.name, observation });
    }
    return [...found.values()];
  }
}

function isUnbounded({ statement, form: { facts } }: Call): boolean {
  return (
    statement.rows !== undefined &&
    statement.error === undefined &&
    facts.isRead &&
    facts.tables.length > 0 &&
    !facts.hasLimit &&
    !facts.isOneRow &&
    !facts.isAboutCatalogue
  );
}

function count(watched: Watched, { statement }: Call): void {
  watched.calls += 1;
  watched.totalMs += statement.endMs - statement.startMs;
  if (watched.calls % watched.everyNth !== 0) return;
  watched.counts.push(statement.rows ?? 0);
  if (watched.counts.length < MOST_COUNTS) return;
  watched.counts = watched.counts.filter((_, index) => index % 2 === 1);
  watched.everyNth *= 2;
}

function observationOf({ example, counts, calls, totalMs }: Watched): Observation | undefined {
  if (counts.length < LEAST_COUNTS) return undefined;
  const third = Math.ceil(counts.length / 3);
  const [early, late] = [meanOf(counts.slice(0, third)), meanOf(counts.slice(-third))];
  if (late < LEAST_ROWS || late < early * LEAST_GROWTH || mannKendallZ(counts) < LEAST_Z) {
    return undefined;
  }
  return {
    kind: "query/unbounded",
    form: example.form,
    sql: example.statement.sql,
    parameters: example.statement.parameters,
    site: example.statement.stack ?? [],
    calls,
    totalMs,
    savedMs: 0,
    summary: `no LIMIT, and the result grew from ${early.toFixed(0)} to ${late.toFixed(0)} rows over ${calls} calls`,
    remedy:
      "Give it a LIMIT and hand out pages by key, so that an answer stays as large as what is shown.",
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standardised S of the Mann–Kendall test for a monotonic trend (Mann 1945; Kendall 1975), ties taken into account. */
function mannKendallZ(values: readonly number[]): number {
  let s = 0;
  const ties = new Map<number, number>();
  for (const [index, value] of values.entries()) {
    ties.set(value, (ties.get(value) ?? 0) + 1);
    for (let later = index + 1; later < values.length; later += 1) {
      s += Math.sign((values[later] ?? 0) - value);
    }
  }
  const term = (n: number): number => n * (n - 1) * (2 * n + 5);
  const tied = [...ties.values()].reduce((sum, n) => sum + term(n), 0);
  const variance = (term(values.length) - tied) / 18;
  return variance === 0 ? 0 : (s - Math.sign(s)) / Math.sqrt(variance);
}
