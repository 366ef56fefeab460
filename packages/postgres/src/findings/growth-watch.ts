import type { StatementForm } from "../statements/statement-form.ts";
import type { AnalysedRequest, Call } from "./analysed-request.ts";
import { allValues } from "./call-values.ts";
import type { Observation } from "./observation.ts";

const MOST_WATCHED = 2_000;
const MOST_COUNTS = 64;
const LEAST_COUNTS = 8;
/** The last third has to be this much above the first, and no short list. */
const LEAST_GROWTH = 1.2;
const LEAST_ROWS = 50;
/** Of the Mann–Kendall test: one in a thousand constant series would pass. */
const LEAST_Z = 3.09;

interface Watched {
  readonly example: Call;
  counts: number[];
  /** One call of so many is counted, doubled whenever the series is full, so that it spans all requests. */
  everyNth: number;
  calls: number;
  totalMs: number;
}

/**
 * Statements without LIMIT whose results grow from request to request. Calls with other parameters are other series, so that a user
 * with many orders is no growth.
 */
export class GrowthWatch {
  private readonly watched = new Map<string, Watched>();

  add(request: AnalysedRequest): void {
    for (const call of request.calls) {
      if (!isUnbounded(call)) continue;
      const key = `${call.form.fingerprint}${allValues(call, request.placeholdersOf(call))}`;
      const watched = this.watched.get(key) ?? this.watch(key, call);
      if (watched !== undefined) count(watched, call);
    }
  }

  observations(): readonly Observation[] {
    const found = new Map<StatementForm, Observation>();
    for (const watched of this.watched.values()) {
      const observation = observationOf(watched);
      const before = observation === undefined ? undefined : found.get(observation.form);
      if (observation !== undefined && (before?.calls ?? 0) < observation.calls) {
        found.set(observation.form, observation);
      }
    }
    return [...found.values()];
  }

  private watch(key: string, example: Call): Watched | undefined {
    if (this.watched.size >= MOST_WATCHED) return undefined;
    const watched = { example, counts: [], everyNth: 1, calls: 0, totalMs: 0 };
    this.watched.set(key, watched);
    return watched;
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
