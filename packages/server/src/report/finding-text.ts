import {
  type AffectedStatement,
  type Evidence,
  type Finding,
  type Fix,
  formatByteSize,
  formatDuration,
  type Rung,
  type Verification,
} from "@streamgate/core";
import type { FindingView } from "../turn/turn-state.ts";
import { proofLines } from "./proof-text.ts";
import { shortNameOf } from "./short-name.ts";
import { statementRung } from "./statement-rung.ts";
import { cut, oneLine, paragraph } from "./text/layout.ts";
import type { Paint } from "./text/paint.ts";
import { counted, formatConfidence, formatShare, formatSpeedup, groupDigits } from "./wording.ts";

const MARGIN = 3;
const INNER = 5;

/** A finding with its evidence, fix, proof and fate. */
export function findingLines(
  view: FindingView,
  number: number,
  width: number,
  paint: Paint,
): readonly string[] {
  const { finding } = view;
  const heading = (word: string, rest = ""): string =>
    `${" ".repeat(MARGIN)}${paint.bold(word)}${rest}`;
  return [
    paint.bold(cut(`${number}  ${shortNameOf(finding)}`, width)),
    ...paragraph(
      oneLine(`${finding.kind} · ${finding.severity} · ${finding.id}`),
      width,
      MARGIN,
    ).map(paint.dim),
    ...paragraph(oneLine(finding.summary), width, MARGIN),
    "",
    heading("Evidence"),
    ...finding.statements.flatMap((statement) =>
      statementLines(statement, statementRung(finding), width, paint),
    ),
    ...evidenceBeside(finding).flatMap((evidence) => evidenceLines(evidence, width)),
    ...(finding.fix === undefined
      ? []
      : ["", heading("Fix"), ...fixLines(finding.fix, width, paint)]),
    ...remedyLines(finding, width, heading),
    ...proofSection(view, width, paint, heading),
    ...fateSection(view, width, paint, heading),
  ];
}

/** What a person is to do where nothing can be applied for them. */
function remedyLines(
  { fix, remedy }: Finding,
  width: number,
  heading: (word: string) => string,
): readonly string[] {
  if (fix !== undefined || remedy === undefined) return [];
  return ["", heading("To do"), ...paragraph(oneLine(remedy), width, INNER)];
}

function statementLines(
  statement: AffectedStatement,
  rung: Rung,
  width: number,
  paint: Paint,
): readonly string[] {
  const { calls, shareOfTime, meanMs, expectedMeanMs } = statement;
  return [
    ...paragraph(oneLine(statement.text), width, INNER).slice(0, 4).map(paint.accent),
    ...paragraph(
      `${counted(calls, "call")}, ${formatShare(shareOfTime)} of the time, mean ${formatDuration(meanMs)} (${rung})${expectedMeanMs === meanMs ? "" : ` → ${formatDuration(expectedMeanMs)} (estimated)`}`,
      width,
      INNER,
    ),
  ];
}

/** The evidence that is not already told with the statements, whose fingerprints it then names. */
function evidenceBeside({ evidence, statements }: Finding): readonly Evidence[] {
  return evidence.filter(
    ({ name }) => !statements.some(({ fingerprint }) => name.includes(fingerprint)),
  );
}

function evidenceLines(evidence: Evidence, width: number): readonly string[] {
  return paragraph(
    `${oneLine(evidence.name)}: ${formatEvidence(evidence)} (${evidence.rung}, ${evidence.source})`,
    width,
    INNER,
  );
}

/** An evidence's value in its unit. */
function formatEvidence({ value, unit }: Pick<Evidence, "value" | "unit">): string {
  switch (unit) {
    case "ms":
      return formatDuration(value);
    case "bytes":
      return formatByteSize(value);
    case "ratio":
      return formatShare(value);
    default: {
      const shown = Math.abs(value) >= 1_000 ? groupDigits(value) : Number(value.toPrecision(3));
      return `${shown} ${unit}`;
    }
  }
}

function fixLines(fix: Fix, width: number, paint: Paint): readonly string[] {
  const locks = new Set(fix.steps.map((step) => (step.kind === "sql" ? step.lock : "none")));
  return [
    ...fix.steps.flatMap((step) =>
      paragraph(
        oneLine(
          step.kind === "sql"
            ? `${step.apply.replace(/;\s*$/, "")};`
            : `set ${step.name} = ${step.value}`,
        ),
        width,
        INNER + 2,
        INNER,
      ).map(paint.accent),
    ),
    ...paragraph(
      `${formatByteSize(fix.expectedSizeBytes)}, ${formatDuration(fix.expectedDurationMs)} to build (estimated); lock ${[...locks].join(", ")}; risk ${fix.risk}: ${oneLine(fix.riskReason)}`,
      width,
      INNER,
    ),
  ];
}

function proofSection(
  { proof, proofFailure }: FindingView,
  width: number,
  paint: Paint,
  heading: (word: string, rest?: string) => string,
): readonly string[] {
  if (proof !== null) {
    const colour =
      proof.verdict === "proven"
        ? paint.good
        : proof.verdict === "harmful"
          ? paint.bad
          : paint.warn;
    return ["", heading("Proof", `  ${colour(proof.verdict)}`), ...proofLines(proof, width, paint)];
  }
  if (proofFailure === null) return [];
  return [
    "",
    heading("Proof", `  ${paint.warn("none")}`),
    ...paragraph(oneLine(proofFailure), width, INNER),
  ];
}

function fateSection(
  view: FindingView,
  width: number,
  paint: Paint,
  heading: (word: string, rest?: string) => string,
): readonly string[] {
  const { application, notApplied, verification, reversion, revertFailure } = view;
  const said = (text: string): readonly string[] => paragraph(oneLine(text), width, INNER);
  return [
    ...(application === null
      ? []
      : [
          "",
          heading(
            "Applied",
            `  in ${formatDuration(application.durationMs)}, ${application.appliedAt}`,
          ),
        ]),
    ...(notApplied === null ? [] : ["", heading("Not applied"), ...said(notApplied)]),
    ...(verification === null
      ? []
      : ["", ...verificationLines(verification, width, paint, heading)]),
    ...(reversion === null ? [] : ["", heading("Taken back"), ...said(reversion.reason)]),
    ...(revertFailure === null
      ? []
      : ["", paint.bad(heading("Could not be taken back")), ...said(revertFailure)]),
  ];
}

function verificationLines(
  verification: Verification,
  width: number,
  paint: Paint,
  heading: (word: string, rest?: string) => string,
): readonly string[] {
  const { verdict, explanation, statements, control } = verification;
  const colour =
    verdict === "verified" ? paint.good : verdict === "harmful" ? paint.bad : paint.warn;
  return [
    heading("Production", `  ${colour(verdict)}`),
    ...paragraph(oneLine(explanation), width, INNER),
    ...statements.flatMap((statement) =>
      paragraph(
        `${statement.role}: ${formatDuration(statement.meanBeforeMs)} → ${formatDuration(statement.meanAfterMs)} mean, ${formatSpeedup(statement.speedup)} (${verdict === "verified" ? "verified" : "measured in production"}, ${formatConfidence(statement.speedup)}), ${groupDigits(statement.callsBefore)} and ${groupDigits(statement.callsAfter)} calls`,
        width,
        INNER,
      ),
    ),
    ...paragraph(
      `Control: ${counted(control.statements, "untouched statement")} moved by ${formatSpeedup(control.drift)}.`,
      width,
      INNER,
    ).map(paint.dim),
  ];
}
