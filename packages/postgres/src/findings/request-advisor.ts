import { createHash } from "node:crypto";
import type { Evidence, Finding, Severity } from "@streamgate/core";
import { keyAt } from "../batching/keys-as-parameters.ts";
import type { TracedRequest } from "../requests/traced-request.ts";
import { placeholdersOf } from "../statements/placeholders.ts";
import { RequestReader } from "./analysed-request.ts";
import { ColumnWatch } from "./column-watch.ts";
import { GrowthWatch } from "./growth-watch.ts";
import { findIdleInTransaction } from "./idle-in-transaction.ts";
import { findNPlusOne } from "./n-plus-one.ts";
import type { Observation, Rule } from "./observation.ts";
import { findRepeated } from "./repeated.ts";
import { findSequential } from "./sequential.ts";

const RULES: readonly Rule[] = [findNPlusOne, findRepeated, findIdleInTransaction, findSequential];
const MOST_PROBLEMS = 2_000;
const MOST_NAMES = 2_000;
const MS_PER_HOUR = 3_600_000;

/** A problem over all requests that show it. */
interface Problem {
  readonly id: string;
  readonly name: string;
  /** The request that shows it worst. */
  worst: Observation;
  requests: number;
  calls: number;
  totalMs: number;
  savedMs: number;
}

/** What is known of the requests of one name. */
interface Route {
  requests: number;
  databaseMs: number;
}

/**
 * Gathers requests, as many as there are, and says what is wrong with how they ask. What it keeps is bounded: the worst example of
 * each of 2,000 problems, and of 2,000 names of requests what concerns all of them.
 *
 * @example
 * ```ts
 * import { RequestAdvisor, type TracedRequest } from "@streamgate/postgres";
 *
 * declare const recorded: readonly TracedRequest[];
 * const advisor = new RequestAdvisor();
 * for (const request of recorded) advisor.add(request);
 * for (const { summary } of advisor.findings(new Date(0))) console.log(summary);
 * ```
 */
export class RequestAdvisor {
  private readonly reader = new RequestReader();
  private readonly columns = new ColumnWatch();
  private readonly growth = new GrowthWatch();
  private readonly problems = new Map<string, Problem>();
  private readonly routes = new Map<string, Route>();
  private newProblems: Problem[] = [];
  private omitted = 0;
  private firstMs = Number.POSITIVE_INFINITY;
  private lastMs = Number.NEGATIVE_INFINITY;

  /** @returns how many problems this request shows by itself */
  add(request: TracedRequest): number {
    const analysed = this.reader.read(request);
    const startedMs = Date.parse(request.startedAt);
    if (startedMs < this.firstMs) this.firstMs = startedMs;
    if (startedMs > this.lastMs) this.lastMs = startedMs;
    const route = this.routeOf(request.name);
    if (route !== undefined) {
      route.requests += 1;
      route.databaseMs += databaseMsOf(request);
    }
    this.columns.add(analysed);
    this.growth.add(analysed);
    const all = RULES.flatMap((rule) => rule(analysed));
    const loops = new Set(
      all.flatMap(({ kind, form }) => (kind === "query/n-plus-one" ? form : [])),
    );
    // Whoever asks once for all keys asks for none of them again.
    const observations = all.filter(
      ({ kind, form }) => kind !== "query/repeated" || !loops.has(form),
    );
    for (const observation of observations) this.keep(request.name, observation);
    return observations.length;
  }

  /** Problems beyond the most that are kept. */
  get omittedProblems(): number {
    return this.omitted;
  }

  /** All of them, the worst first. @param at when they are told */
  findings(at: Date): readonly Finding[] {
    return this.problemsByWeight().map((problem) => this.findingOf(problem, at));
  }

  /** What single requests have shown since this was last asked: little work, for a process that serves meanwhile. */
  takeNew(at: Date): readonly Finding[] {
    return this.newProblems.splice(0).map((problem) => this.findingOf(problem, at));
  }

  /** The same with one call of each, from which the batched statement can be written. */
  examples(at: Date): readonly { readonly finding: Finding; readonly example: Observation }[] {
    return this.problemsByWeight().map((problem) => ({
      finding: this.findingOf(problem, at),
      example: problem.worst,
    }));
  }

  private problemsByWeight(): readonly Problem[] {
    const overall = [...this.columns.observations(), ...this.growth.observations()].map(
      ({ name, observation }) => problemOf(name, observation),
    );
    return [...this.problems.values(), ...overall].sort(
      (one, other) => other.savedMs - one.savedMs || other.calls - one.calls,
    );
  }

  private keep(name: string, observation: Observation): void {
    const id = idOf(name, observation);
    const known = this.problems.get(id);
    if (known === undefined) {
      this.begin(id, problemOf(name, observation));
      return;
    }
    known.requests += 1;
    known.calls += observation.calls;
    known.totalMs += observation.totalMs;
    known.savedMs += observation.savedMs;
    if (observation.calls > known.worst.calls) known.worst = observation;
  }

  private begin(id: string, problem: Problem): void {
    if (this.problems.size >= MOST_PROBLEMS) {
      this.omitted += 1;
      return;
    }
    this.problems.set(id, problem);
    this.newProblems.push(problem);
  }

  private routeOf(name: string): Route | undefined {
    const known = this.routes.get(name);
    if (known !== undefined || this.routes.size >= MOST_NAMES) return known;
    const route = { requests: 0, databaseMs: 0 };
    this.routes.set(name, route);
    return route;
  }

  private findingOf(problem: Problem, at: Date): Finding {
    const { id, name, worst, requests, calls, totalMs, savedMs } = problem;
    const route = this.routes.get(name);
    // Less than an hour was seen: what it showed is all that an hour is promised.
    const hours = Math.max(1, (this.lastMs - this.firstMs) / MS_PER_HOUR || 0);
    const meanMs = totalMs / calls;
    return {
      id,
      kind: worst.kind,
      subject: { database: "", object: name },
      severity: severityOf(worst),
      summary: `${name}: ${worst.summary}${askedAt(worst)}.`,
      savedMsPerHour: savedMs / hours,
      statements: [
        {
          fingerprint: worst.form.fingerprint,
          text: worst.form.text,
          calls,
          shareOfTime: share(totalMs, route?.databaseMs ?? totalMs),
          meanMs,
          expectedMeanMs: (totalMs - savedMs) / calls,
        },
      ],
      evidence: evidenceOf(problem, route?.requests ?? requests, at),
      remedy: worst.remedy,
      ...(worst.site.length === 0 ? {} : { site: worst.site.slice(0, SHOWN_FRAMES) }),
      ...(worst.columnsRead === undefined ? {} : { columnsRead: worst.columnsRead }),
      ...loopOf(worst),
    };
  }
}

/** What a statement for all keys is written from, by whoever has a parser. */
function loopOf(worst: Observation): Pick<Finding, "loop"> {
  const { kind, sql, calls, varying = [] } = worst;
  if (kind !== "query/n-plus-one" || varying.length === 0) return {};
  const places = placeholdersOf(sql);
  const keys = varying.map((place) => ({
    place: places.findIndex(({ start }) => start === place.start),
    ...keyAt(place, worst),
  }));
  return { loop: { calls, places: places.length, keys } };
}

function problemOf(name: string, observation: Observation): Problem {
  const { calls, totalMs, savedMs } = observation;
  return {
    id: idOf(name, observation),
    name,
    worst: observation,
    requests: 1,
    calls,
    totalMs,
    savedMs,
  };
}

function idOf(name: string, { kind, form }: Observation): string {
  const text = `${kind}\u0000${name}\u0000${form.text}`;
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function askedAt({ site: [innermost, caller] }: Observation): string {
  if (innermost === undefined) return "";
  return `; asked at ${innermost}${caller === undefined ? "" : `, called from ${caller}`}`;
}

const SHOWN_FRAMES = 2;
const MANY_CALLS = 10;
const VERY_MANY_CALLS = 50;
const MUCH_MS = 100;

/** By what the worst request shows. */
function severityOf({ kind, calls, savedMs }: Observation): Severity {
  if (kind === "query/n-plus-one") {
    if (calls >= VERY_MANY_CALLS || savedMs >= MUCH_MS) return "high";
    return calls >= MANY_CALLS ? "medium" : "low";
  }
  if (kind === "transaction/idle") return savedMs >= MUCH_MS ? "medium" : "low";
  if (kind === "query/unbounded") return "medium";
  return savedMs >= MUCH_MS ? "medium" : "low";
}

function evidenceOf(problem: Problem, requestsSeen: number, at: Date): readonly Evidence[] {
  const { worst, requests, savedMs } = problem;
  const common = { source: "recorded requests", at: at.toISOString() };
  return [
    {
      name: "calls in one request",
      value: worst.calls,
      unit: "calls",
      rung: "measured",
      ...common,
    },
    { name: "their time in it", value: worst.totalMs, unit: "ms", rung: "measured", ...common },
    {
      name: "requests that show it",
      value: requests,
      unit: "requests",
      rung: "measured",
      ...common,
    },
    { name: "requests seen", value: requestsSeen, unit: "requests", rung: "measured", ...common },
    {
      name: "time saved a request",
      value: savedMs / requests,
      unit: "ms",
      rung: "estimated",
      ...common,
    },
  ];
}

function databaseMsOf({ statements }: TracedRequest): number {
  return statements.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
}

function share(part: number, whole: number): number {
  return whole > 0 ? Math.min(1, part / whole) : 0;
}
