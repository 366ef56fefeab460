import type { Finding, Interval, Proof, Rung, Verification } from "@streamgate/core";
import type { PartMemory } from "../memory/memory-watch.ts";
import { redactDeeply } from "../secrets/redact.ts";
import type { IndexSearch } from "../turn/events.ts";
import type { FindingView, TurnState } from "../turn/turn-state.ts";
import { median, p95 } from "./samples.ts";
import { statementRung } from "./statement-rung.ts";
import { verdictOf } from "./verdict.ts";

/** A number of the advice: never without its unit and how it was earned. */
interface Figure {
  readonly value: number;
  readonly unit: string;
  readonly rung: Rung;
}

/** A figure with the bounds of its confidence interval. */
interface IntervalFigure extends Figure {
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
}

/** The object that `--json` prints. */
export function jsonReportOf(
  state: TurnState,
  memory: readonly PartMemory[],
): Readonly<Record<string, unknown>> {
  const { findings, problem, search, ...rest } = state;
  return redactDeeply({
    verdict: verdictOf(state),
    ...rest,
    search: search === null ? null : searchJson(search),
    findings: findings.map(findingJson),
    problem,
    memory,
  });
}

/** How good the advised set is known to be, and what smaller budgets would buy. */
function searchJson(search: IndexSearch): Readonly<Record<string, unknown>> {
  const perHour = (ms: number): Figure => figure(ms, "ms", "estimated");
  return {
    isComplete: search.isComplete,
    size: figure(search.sizeBytes, "bytes", "estimated"),
    netSavedPerHour: perHour(search.netMsPerHour),
    mostSavedPerHour: perHour(search.boundMsPerHour),
    gap: figure(search.gap, "ratio", "estimated"),
    plannerCalls: search.plannerCalls,
    plannerCallsSaved: search.plannerCallsSaved,
    timeModel: search.timeModel,
    pareto: search.pareto.map((point) => ({
      size: figure(point.sizeBytes, "bytes", "estimated"),
      indexes: point.indexes,
      savedPerHour: perHour(point.savedMsPerHour),
      netSavedPerHour: perHour(point.netMsPerHour),
      leftPerHour: perHour(point.msPerHourAfter),
      mostSavedPerHour: perHour(point.boundMsPerHour),
    })),
  };
}

function findingJson(view: FindingView): Readonly<Record<string, unknown>> {
  const { finding, proof, verification, state } = view;
  return {
    ...describeFinding(finding),
    state,
    proof: proof === null ? null : proofJson(proof),
    proofFailure: view.proofFailure,
    application: view.application,
    notApplied: view.notApplied,
    verification: verification === null ? null : verificationJson(verification),
    reversion: view.reversion,
    revertFailure: view.revertFailure,
  };
}

function describeFinding(finding: Finding): Readonly<Record<string, unknown>> {
  const { id, kind, subject, severity, summary, savedMsPerHour, saved, statements, evidence, fix } =
    finding;
  return {
    id,
    kind,
    subject,
    severity,
    summary,
    savedPerHour: {
      ...figure(savedMsPerHour, "ms", "estimated"),
      ...(saved === undefined
        ? {}
        : { low: saved.low, high: saved.high, confidence: saved.confidence }),
    },
    statements: statements.map((statement) => ({
      fingerprint: statement.fingerprint,
      text: statement.text,
      calls: figure(statement.calls, "calls", "measured"),
      shareOfTime: figure(statement.shareOfTime, "ratio", statementRung(finding)),
      mean: figure(statement.meanMs, "ms", statementRung(finding)),
      expectedMean: figure(statement.expectedMeanMs, "ms", "estimated"),
    })),
    evidence,
    remedy: finding.remedy ?? null,
    replacement: finding.replacement ?? null,
    fix:
      fix === undefined
        ? null
        : {
            summary: fix.summary,
            steps: fix.steps,
            risk: fix.risk,
            riskReason: fix.riskReason,
            expectedDuration: figure(fix.expectedDurationMs, "ms", "estimated"),
            expectedSize: figure(fix.expectedSizeBytes, "bytes", "estimated"),
          },
  };
}

function proofJson(proof: Proof): Readonly<Record<string, unknown>> {
  const { verdict, explanation, lab, startedAt, durationMs, seed, writeCost } = proof;
  return {
    verdict,
    explanation,
    lab,
    startedAt,
    durationMs,
    seed,
    statements: proof.statements.map((statement) => ({
      fingerprint: statement.fingerprint,
      text: statement.text,
      role: statement.role,
      medianBefore: figure(median(statement.beforeMs), "ms", "measured"),
      medianAfter: figure(median(statement.afterMs), "ms", "measured"),
      p95Before: figure(p95(statement.beforeMs), "ms", "measured"),
      p95After: figure(p95(statement.afterMs), "ms", "measured"),
      speedupOfMedian: interval(statement.speedupOfMedian, "measured"),
      speedupOfP95: interval(statement.speedupOfP95, "measured"),
      results: statement.results,
      usesFix: statement.usesFix,
      replacedBy: statement.replacedBy ?? null,
      samples: {
        unit: "ms",
        rung: "measured",
        before: statement.beforeMs,
        after: statement.afterMs,
      },
      planBefore: statement.planBefore,
      planAfter: statement.planAfter,
    })),
    equality: proof.equality ?? null,
    beside: proof.beside ?? [],
    predictedSize: figure(proof.predictedSizeBytes, "bytes", "estimated"),
    realSize: figure(proof.realSizeBytes, "bytes", "measured"),
    build: figure(proof.buildMs, "ms", "measured"),
    writeCost:
      writeCost === undefined
        ? null
        : {
            table: writeCost.table,
            rows: writeCost.rows,
            before: figure(writeCost.beforeUs, "us", "measured"),
            after: figure(writeCost.afterUs, "us", "measured"),
            ratio: interval(writeCost.ratio, "measured"),
          },
  };
}

function verificationJson(verification: Verification): Readonly<Record<string, unknown>> {
  const { verdict, explanation, before, after, control } = verification;
  // Only what production confirmed is verified; until then its counters are measurements.
  const rung: Rung = verdict === "verified" ? "verified" : "measured";
  return {
    verdict,
    explanation,
    before,
    after,
    statements: verification.statements.map((statement) => ({
      fingerprint: statement.fingerprint,
      text: statement.text,
      role: statement.role,
      callsBefore: figure(statement.callsBefore, "calls", rung),
      callsAfter: figure(statement.callsAfter, "calls", rung),
      meanBefore: figure(statement.meanBeforeMs, "ms", rung),
      meanAfter: figure(statement.meanAfterMs, "ms", rung),
      speedup: interval(statement.speedup, rung),
    })),
    targetsPerHour: {
      before: figure(verification.targetMsPerHour.before, "ms", rung),
      after: figure(verification.targetMsPerHour.after, "ms", rung),
    },
    control: {
      statements: control.statements,
      drift: interval(control.drift, rung),
    },
  };
}

function figure(value: number, unit: string, rung: Rung): Figure {
  return { value, unit, rung };
}

function interval({ point, low, high, confidence }: Interval, rung: Rung): IntervalFigure {
  return { value: point, unit: "ratio", rung, low, high, confidence };
}
