import type { IncidentSummary, NowFigure, SourceHealth, Verdict } from "@streamgate/contract";
import type { Severity } from "@streamgate/core";
import type { FigureValues } from "../figures/figure-values.ts";
import { amountText } from "./amount-text.ts";
import type { TimeCause } from "./time-causes.ts";

type FigureId = NowFigure["id"];

/** A figure of the last minutes with what it should be. */
export interface JudgedFigure {
  readonly id: FigureId;
  readonly value: number | null;
  readonly unit: string;
  readonly objective: NowFigure["figure"]["objective"];
}

export interface StandingAlert {
  readonly severity: Severity;
  readonly summary: string;
  readonly incident: string | null;
  /** When it began, in ms since 1970. */
  readonly startedAtMs: number;
}

/** What the verdict is made of. */
export interface Evidence {
  readonly figures: readonly JudgedFigure[];
  readonly values: FigureValues;
  /** That fire and are not silenced. */
  readonly alerts: readonly StandingAlert[];
  /** Open or acknowledged. */
  readonly incidents: readonly IncidentSummary[];
  /** The likeliest cause of an incident, by its id. */
  readonly incidentCauses: ReadonlyMap<string, { readonly summary: string }>;
  readonly sources: readonly SourceHealth[];
  /** Where the requests' time and failures go. */
  readonly timeCauses: Partial<Record<FigureId, TimeCause>>;
}

/** An objective that is missed by so many times is no longer a matter of degree. */
const BROKEN_TIMES = 10;
/** So great a share of failures is broken, whatever the objective. */
const BROKEN_ERROR_SHARE = 0.05;
const PAGING: readonly Severity[] = ["high", "critical"];

/** How the service is, in one sentence, with its likely cause. What is not known is said to be so before anything else. */
export function judge(evidence: Evidence): Verdict {
  const blind = blindness(evidence);
  if (blind !== undefined) return blind;
  const missed = missedFigures(evidence.figures);
  const worst = missed[0];
  const alert = worstAlert(evidence.alerts);
  if (worst === undefined && alert === undefined) return wellVerdict(evidence);
  const isBroken =
    missed.some(isBrokenFigure) || (alert !== undefined && PAGING.includes(alert.severity));
  const state = isBroken ? "broken" : "degraded";
  // An alert that pages says more than a figure that is a little too high.
  const tellsAlert =
    alert !== undefined &&
    (worst === undefined || (PAGING.includes(alert.severity) && !isBrokenFigure(worst)));
  return tellsAlert
    ? { state, sentence: sentence(alert.summary), cause: causeOfAlert(alert, evidence) }
    : {
        state,
        sentence: worst === undefined ? "" : missedSentence(worst, missed.length - 1),
        cause: worst === undefined ? null : causeOfFigure(worst, evidence),
      };
}

/** Nothing can be said where nothing is read. */
function blindness({ sources, values }: Evidence): Verdict | undefined {
  const watching = sources.filter(({ kind }) => kind === "agent" || kind === "prometheus");
  const lost = watching.filter(({ state }) => state === "lost");
  const cause = { summary: problemOf(lost), share: null, href: "/status" };
  if (watching.length > 0 && lost.length === watching.length)
    return {
      state: "unknown",
      sentence: `Nothing is known of the service: ${lost.length === 1 ? "its agent does" : `none of its ${lost.length} agents`} ${lost.length === 1 ? "not answer" : "answers"}.`,
      cause,
    };
  const isAnythingKnown = Object.values(values).some((value) => value !== null);
  if (isAnythingKnown) return undefined;
  const store = sources.find(({ kind, state }) => kind === "store" && state === "lost");
  if (store !== undefined)
    return {
      state: "unknown",
      sentence: "Nothing is known of the service: the store is gone.",
      cause: { summary: problemOf([store]), share: null, href: "/status" },
    };
  return {
    state: "unknown",
    sentence:
      watching.length === 0 ? "No service is watched yet." : "Nothing was read of the service yet.",
    cause: null,
  };
}

function wellVerdict({ values, sources }: Evidence): Verdict {
  const stale = sources.filter(({ state }) => state === "lost");
  if (stale.length > 0)
    return {
      state: "degraded",
      sentence: `What is read is well, but ${stale.map(({ name }) => name).join(", ")} ${stale.length === 1 ? "does" : "do"} not answer.`,
      cause: { summary: problemOf(stale), share: null, href: "/status" },
    };
  const { latency, throughput, errors } = values;
  const parts = [
    latency === null ? undefined : `95 of 100 requests take at most ${amountText(latency, "ms")}`,
    errors === null
      ? undefined
      : errors === 0
        ? "none fails"
        : `${amountText(errors, "ratio")} fail`,
    throughput === null ? undefined : `at ${amountText(throughput, "a second")}`,
  ].filter((part) => part !== undefined);
  const said =
    parts.length === 0 ? "nothing was asked of it in the last minutes" : parts.join(", ");
  return { state: "well", sentence: `All is well: ${said}.`, cause: null };
}

/** The worst first, by how many times each is beyond its objective. */
function missedFigures(figures: readonly JudgedFigure[]): readonly JudgedFigure[] {
  return figures
    .filter(({ objective }) => objective?.isMet === false)
    .sort((left, right) => timesBeyond(right) - timesBeyond(left));
}

/** How many times a figure is what it may be. Ratios that should be high are judged by what they lack. */
function timesBeyond({ value, unit, objective }: JudgedFigure): number {
  if (value === null || objective === undefined) return 0;
  if (objective.kind === "at most")
    return objective.value === 0 ? Number.MAX_VALUE : value / objective.value;
  if (unit === "ratio" && objective.value < 1) return (1 - value) / (1 - objective.value);
  return value === 0 ? Number.MAX_VALUE : objective.value / value;
}

/** A cold cache or a busy processor alone breaks nothing that users see. */
function isBrokenFigure(figure: JudgedFigure): boolean {
  const { id, value } = figure;
  if (id === "errors") return (value ?? 0) >= BROKEN_ERROR_SHARE;
  return id === "latency" && timesBeyond(figure) >= BROKEN_TIMES;
}

const SAYINGS: Readonly<Record<FigureId, (amount: string) => string>> = {
  latency: (amount) => `Requests are slow: the 95th percentile is ${amount}`,
  throughput: (amount) => `The throughput is ${amount}`,
  errors: (amount) => `Requests fail: ${amount} of them`,
  cache: (amount) => `The cache answers only ${amount} of its look-ups`,
  database: (amount) => `The database is slow: a statement takes ${amount} on average`,
  cpu: (amount) => `The processor is busy: ${amount} of what a process may use`,
};

function missedSentence({ id, value, unit, objective }: JudgedFigure, others: number): string {
  if (value === null || objective === undefined) return "";
  const bound = `${objective.kind} ${amountText(objective.value, unit)} is wanted`;
  const more =
    others === 0
      ? ""
      : others === 1
        ? "; one more objective is missed"
        : `; ${others} more objectives are missed`;
  return `${SAYINGS[id](amountText(value, unit))}, where ${bound}${more}.`;
}

function worstAlert(alerts: readonly StandingAlert[]): StandingAlert | undefined {
  const order: readonly Severity[] = ["critical", "high", "medium", "low"];
  for (const severity of order) {
    const found = alerts.filter((alert) => alert.severity === severity);
    const [first] = found.toSorted((left, right) => left.startedAtMs - right.startedAtMs);
    if (first !== undefined) return first;
  }
  return undefined;
}

function causeOfAlert({ incident }: StandingAlert, { incidentCauses }: Evidence): Verdict["cause"] {
  if (incident === null) return { summary: "See the alert.", share: null, href: "/alerts" };
  const known = incidentCauses.get(incident);
  return {
    summary: known?.summary ?? "No cause is known yet: see the incident.",
    share: null,
    href: `/incidents/${encodeURIComponent(incident)}`,
  };
}

/** What takes the time; else what an open incident is put down to. */
function causeOfFigure({ id }: JudgedFigure, evidence: Evidence): Verdict["cause"] {
  const cause = evidence.timeCauses[id];
  if (cause !== undefined) {
    const { summary, share, href } = cause;
    return { summary, share: { value: share, unit: "ratio", rung: "measured" }, href };
  }
  for (const { id: incident } of evidence.incidents) {
    const known = evidence.incidentCauses.get(incident);
    if (known !== undefined)
      return {
        summary: known.summary,
        share: null,
        href: `/incidents/${encodeURIComponent(incident)}`,
      };
  }
  return null;
}

function problemOf(sources: readonly SourceHealth[]): string {
  const [first] = sources;
  if (first === undefined) return "";
  return `${first.name}: ${first.problem ?? "it does not answer"}`;
}

function sentence(summary: string): string {
  return /[.!?]$/.test(summary) ? summary : `${summary}.`;
}
