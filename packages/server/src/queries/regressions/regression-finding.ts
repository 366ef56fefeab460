import { createHash } from "node:crypto";
import { type Evidence, type Finding, formatDuration, type Severity } from "@streamgate/core";
import { formatSpeedup } from "../../report/wording.ts";
import type { Regressed } from "./find-regressed.ts";
import type { Beginning, RegressionCause } from "./regression-causes.ts";

export interface RegressionFacts {
  readonly database: string;
  readonly text: string;
  readonly at: string;
  readonly beginning: Beginning;
  readonly causes: readonly RegressionCause[];
}

const GREAT_SHARE = 0.2;
const SOME_SHARE = 0.05;
const LONGEST_SHOWN = 60;

/** What the figures behind it are called, for whoever shows some of them elsewhere. */
export const EVIDENCE = {
  late: "mean time a call of late",
  usual: "usual mean time a call",
  usualLow: "usual, a tenth is below",
  usualHigh: "usual, a tenth is above",
  times: "times as slow as usual",
  timesLow: "times as slow, at least",
  timesHigh: "times as slow, at most",
} as const;

/** A statement that is slower than its own past, as a finding. */
export function regressionFinding(regressed: Regressed, facts: RegressionFacts): Finding {
  const { comparison, excessMsPerHour, shareOfTime } = regressed;
  const { fingerprint, calls, meanMs, usualMs } = comparison;
  const { database, text } = facts;
  return {
    id: createHash("sha256")
      .update(JSON.stringify(["query/regressed", database, fingerprint]))
      .digest("hex")
      .slice(0, 16),
    kind: "query/regressed",
    subject: { database, object: shortText(text) },
    severity: severityOf(regressed),
    summary: summaryOf(regressed, facts),
    savedMsPerHour: excessMsPerHour,
    statements: [
      {
        fingerprint,
        text,
        calls,
        shareOfTime: Math.min(1, shareOfTime),
        meanMs,
        expectedMeanMs: usualMs,
      },
    ],
    evidence: evidenceOf(regressed, facts.at),
    remedy: remedyOf(facts.causes),
  };
}

function summaryOf(
  { comparison, ratio }: Regressed,
  { beginning, causes }: Pick<RegressionFacts, "beginning" | "causes">,
): string {
  const { meanMs, usualMs, against } = comparison;
  const wont =
    against === "same hour"
      ? "its usual at this hour of the day"
      : "what it took in the hours before";
  const since =
    beginning === null
      ? ""
      : `, since about ${new Date(beginning.fromMs).toISOString().slice(11, 16)} UTC`;
  const [cause] = causes;
  const why = cause === undefined ? "" : `; ${cause.words}`;
  return `a call takes ${formatDuration(meanMs)}, ${formatSpeedup(ratio)} ${wont} (${formatDuration(usualMs)})${since}${why}`;
}

function evidenceOf({ comparison, ratio, drift }: Regressed, at: string): readonly Evidence[] {
  const evidence = (name: string, value: number, unit: string): Evidence => ({
    name,
    value,
    unit,
    rung: "measured",
    source: "pg_stat_statements",
    at,
  });
  const { meanMs, calls, usualMs, usualLowMs, usualHighMs, windows } = comparison;
  return [
    evidence(EVIDENCE.late, meanMs, "ms"),
    evidence("calls of late", calls, "calls"),
    evidence(EVIDENCE.usual, usualMs, "ms"),
    evidence(EVIDENCE.usualLow, usualLowMs, "ms"),
    evidence(EVIDENCE.usualHigh, usualHighMs, "ms"),
    evidence(EVIDENCE.times, ratio.point, "ratio"),
    evidence(EVIDENCE.timesLow, ratio.low, "ratio"),
    evidence(EVIDENCE.timesHigh, ratio.high, "ratio"),
    evidence("times as slow the other statements became", drift, "ratio"),
    evidence("windows of the past", windows, "count"),
  ];
}

function severityOf({ shareOfTime, ratio }: Regressed): Severity {
  if (shareOfTime >= GREAT_SHARE && ratio.low >= 2) return "high";
  return shareOfTime >= SOME_SHARE ? "medium" : "low";
}

function remedyOf(causes: readonly RegressionCause[]): string {
  switch (causes[0]?.kind) {
    case "plan":
      return "compare its plans on the statement's page; run ANALYZE on its tables, raise their statistics target, or give it the index that the old plan used";
    case "rows":
      return "look at who asks for more rows than before: a LIMIT that went, a table that grows, an argument with many matches";
    case "blocks":
      return "look at its tables: bloat that VACUUM leaves, an index that grew or went, rows that grew; the statement's page has its plans";
    case "change":
      return "look at what that change did to this statement, its arguments or its tables; take it back where nothing else helps";
    case undefined:
      return "look at its plans and callers on the statement's page, and at what it waits for";
  }
}

function shortText(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= LONGEST_SHOWN ? line : `${line.slice(0, LONGEST_SHOWN - 1)}…`;
}
