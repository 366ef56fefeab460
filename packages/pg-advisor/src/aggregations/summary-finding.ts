import {
  type Evidence,
  type Finding,
  type Fix,
  formatDuration,
  type Severity,
} from "@streamgate/core";
import { hashOf } from "../candidates/definition-sql.ts";
import { qualify } from "../schema/identifiers.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { Statement, Workload } from "../workload/workload.ts";
import type { SummaryEstimate } from "./advise-summaries.ts";
import type { WeighedForm } from "./choose-form.ts";
import { keptTableSteps } from "./sql/kept-table.ts";
import { refreshSql, viewSteps } from "./sql/materialised-view.ts";
import { readingStatement } from "./sql/reading-statement.ts";
import type { Summary } from "./summary.ts";
import { hasNullableKey } from "./trigger-soundness.ts";

/** A summary that is worth its upkeep. */
export interface WeighedSummary {
  readonly statement: Statement;
  readonly summary: Summary;
  readonly estimate: SummaryEstimate;
  readonly form: WeighedForm;
}

interface Sources {
  readonly workload: Workload;
  readonly snapshot: Snapshot;
}

const SEVERITY_FROM_SHARE: readonly (readonly [number, Severity])[] = [
  [0.5, "critical"],
  [0.15, "high"],
  [0.03, "medium"],
  [0.005, "low"],
];
/** Of a row of a summary: its head, a key or two, a few numbers, and its place in the index. */
const BYTES_A_ROW = 120;

/** What a person is told of a summary: all figures estimated. */
export function summaryFinding(weighed: WeighedSummary, sources: Sources): Finding {
  const { statement, summary, estimate, form } = weighed;
  const { workload, snapshot } = sources;
  const { fingerprint, text, calls, meanMs, totalMs } = statement;
  const { database } = snapshot.server;
  const allMs = workload.statements.reduce((sum, one) => sum + one.totalMs, 0);
  const shareOfTime = allMs === 0 ? 0 : totalMs / allMs;
  const { expectedMs, withIndexesMs, isBeyondIndexes } = estimate;
  const spared = Math.max(0, withIndexesMs - expectedMs) / Math.max(meanMs, 1e-9);
  const savedMsPerHour = Math.max(0, estimate.savedMsPerHour - form.upkeepMsPerHour);
  const base = qualify(summary.aggregation.tables[0].relation);
  return {
    id: `sum-${hashOf(JSON.stringify(["query/summary", database, fingerprint, summary.name]), 8)}`,
    kind: "query/summary",
    subject: { database, object: base },
    severity: isBeyondIndexes ? severityOf(shareOfTime * spared) : "info",
    summary: isBeyondIndexes
      ? `A statement counts about ${rounded(estimate.raw.rows)} rows of ${base} in each call; a summary ${howKept(form)} would answer it from about ${rounded(estimate.rowsRead)} (estimated).`
      : `A statement counts rows of ${base} anew in each call; a summary ${howKept(form)} would answer it in the place of an index, which does about as much (estimated).`,
    savedMsPerHour,
    statements: [
      {
        fingerprint,
        text,
        calls,
        shareOfTime,
        meanMs,
        expectedMeanMs: Math.min(expectedMs, withIndexesMs),
        expectedAloneMs: expectedMs,
      },
    ],
    evidence: evidenceOf(weighed, sources),
    remedy: remedyOf(weighed),
    fix: fixOf(weighed),
    replacement: {
      kind: "summary",
      fingerprint,
      text: readingStatement(summary),
      ...(form.form === "refresh"
        ? {
            callerMust: `run ${refreshSql(summary)} every ${formatDuration(form.refreshEveryMs)}: answers are as old as the last one`,
          }
        : {}),
    },
  };
}

function severityOf(share: number): Severity {
  return SEVERITY_FROM_SHARE.find(([least]) => share >= least)?.[1] ?? "info";
}

function howKept({ form, refreshEveryMs }: WeighedForm): string {
  return form === "trigger"
    ? "that triggers keep equal to it"
    : `that is refreshed every ${formatDuration(refreshEveryMs)}`;
}

function remedyOf({ summary, form, estimate }: WeighedSummary): string {
  const { aggregation } = summary;
  const assumed = aggregation.assumptions
    .filter(({ isGiven }) => !isGiven)
    .map(({ parameter, value }) => `$${parameter} = '${value}'`);
  const key = aggregation.keys.find(({ kind }) => kind === "stretch of time");
  return [
    ...(estimate.isBeyondIndexes
      ? []
      : ["An index costs writers less: take this where an index is not wanted."]),
    form.form === "trigger"
      ? `Apply the fix, which makes ${qualify(summary.name)} and the triggers that keep it, then send the replacement in the statement's place: its answers are never stale.`
      : `Apply the fix, which makes the materialised view ${qualify(summary.name)}, then send the replacement in the statement's place and refresh the view by a job: answers are up to ${formatDuration(form.refreshEveryMs)} old. Triggers do not keep it: ${form.whyNotByTrigger ?? ""}.`,
    ...(assumed.length === 0
      ? []
      : [
          `The counters do not tell constants, so that ${assumed.join(" and ")} was taken: where the code has something else, it brings the same rows, counted from the table as before.`,
        ]),
    ...(aggregation.range === null
      ? []
      : [
          `It is fast for ranges that begin and end with whole stretches (${aggregation.range.key.unit}, UTC): what sticks out is counted from the table.`,
        ]),
    ...(key?.kind === "stretch of time" && key.unit === "15 minutes"
      ? [
          "It counts by quarters of an hour, which every time zone is made of since 1972; older instants of some zones are not.",
        ]
      : []),
  ].join("\n");
}

function fixOf({ summary, estimate, form }: WeighedSummary): Fix {
  const sizes = {
    expectedDurationMs: Math.round(form.refreshMs),
    expectedSizeBytes: Math.round(estimate.summaryRows * BYTES_A_ROW),
  };
  const base = qualify(summary.aggregation.tables[0].relation);
  if (form.form === "refresh") {
    return {
      summary: `Create the materialised view ${qualify(summary.name)} with a unique index, so that it can be refreshed beside its readers.`,
      steps: viewSteps(summary),
      risk: "low",
      riskReason:
        "It only reads the table; the view can be dropped as soon as nobody reads it, and each refresh counts the whole table again.",
      ...sizes,
    };
  }
  const kept = {
    ...summary,
    slots: form.slots,
    hasNullableKey: hasNullableKey(summary.aggregation),
  };
  return {
    summary: `Create the summary table ${qualify(summary.name)} and the triggers on ${base} that keep it with every INSERT, UPDATE, DELETE and TRUNCATE.`,
    steps: keptTableSteps(kept),
    risk: "medium",
    riskReason: `Writers of ${base} wait while it is filled, about ${formatDuration(sizes.expectedDurationMs)}; afterwards writers of the same group wait for one another until they commit, and at REPEATABLE READ may have to repeat their transaction.`,
    ...sizes,
  };
}

function evidenceOf(
  { statement, estimate, form }: WeighedSummary,
  { workload: { window }, snapshot }: Sources,
): readonly Evidence[] {
  const at = snapshot.takenAt;
  const estimated = (name: string, value: number, unit: string, source = "model"): Evidence => ({
    name,
    value,
    unit,
    rung: "estimated",
    source,
    at,
  });
  const counters = {
    rung: statement.isTimeEstimated === true ? "estimated" : "measured",
    source: window.source === "file" ? "file" : "pg_stat_statements",
    at: window.to,
  } as const;
  return [
    { name: "calls", value: statement.calls, unit: "calls", ...counters },
    { name: "mean time of a call", value: statement.meanMs, unit: "ms", ...counters },
    estimated("rows that a call counts", estimate.raw.rows, "rows", "twin"),
    estimated("rows of the summary that a call would read", estimate.rowsRead, "rows"),
    estimated("rows of the summary", estimate.summaryRows, "rows", "pg_stats"),
    estimated("mean time of a call that reads it", estimate.expectedMs, "ms"),
    estimated("time that keeping it takes an hour", form.upkeepMsPerHour, "ms"),
    ...(form.form === "refresh"
      ? [estimated("age of an answer at the most", form.refreshEveryMs, "ms")]
      : []),
    ...(estimate.raw.costWithIndexes < estimate.raw.costToday
      ? [
          estimated("planner's cost of a call", estimate.raw.costToday, "cost", "twin"),
          estimated(
            "planner's cost of a call with the advised indexes",
            estimate.raw.costWithIndexes,
            "cost",
            "twin",
          ),
        ]
      : []),
  ];
}

function rounded(value: number): string {
  return Number(value.toPrecision(2)).toLocaleString("en-US");
}
