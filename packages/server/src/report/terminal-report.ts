import { formatDuration } from "@streamgate/core";
import type { FindingView, TurnState } from "../turn/turn-state.ts";
import { findingLines } from "./finding-text.ts";
import { searchLines } from "./search-text.ts";
import { setLines } from "./set-text.ts";
import { shortNameOf } from "./short-name.ts";
import { oneLine, paragraph } from "./text/layout.ts";
import { type Paint, paintFor } from "./text/paint.ts";
import { tableLines } from "./text/table.ts";
import { verdictOf } from "./verdict.ts";
import { counted, describeWindow, formatSaving, formatTimes, groupDigits } from "./wording.ts";

export interface ReportLook {
  readonly widthColumns: number;
  readonly hasColour: boolean;
}

const MOST_DECLINED = 5;
/** From here on the titles of the table are written out. */
const WIDE_COLUMNS = 96;

/** What a person reads at the end of a turn: verdict, table, then each finding. */
export function terminalReport(state: TurnState, look: ReportLook): string {
  const paint = paintFor(look.hasColour);
  const width = look.widthColumns;
  const { findings } = state;
  return [
    ...headLines(state, width, paint),
    "",
    ...paragraph(verdictOf(state), width, 0).map(paint.bold),
    ...(findings.length === 0 ? [] : ["", ...overviewLines(findings, width, paint)]),
    ...findings.flatMap((view, index) => ["", ...findingLines(view, index + 1, width, paint)]),
    ...setLines(state.set, findings, width, paint),
    ...searchLines(state.search, width, paint),
    ...declinedLines(state, width, paint),
    ...warningLines(state, width, paint),
  ].join("\n");
}

function headLines(
  { observed, target }: TurnState,
  width: number,
  paint: Paint,
): readonly string[] {
  if (observed === null) return [paint.dim(oneLine(target))];
  const { server, window, statements, calls, totalMs } = observed;
  return paragraph(
    oneLine(
      `${server.database} on ${server.host}:${server.port}, PostgreSQL ${server.version} · ${describeWindow(window)} · ${counted(statements, "statement")}, ${counted(calls, "call")}, ${formatDuration(totalMs)} of work`,
    ),
    width,
    0,
  ).map(paint.dim);
}

function overviewLines(
  findings: readonly FindingView[],
  width: number,
  paint: Paint,
): readonly string[] {
  const isWide = width >= WIDE_COLUMNS;
  return tableLines(
    [
      { title: "", align: "right" },
      { title: "finding", align: "left", isElastic: true },
      { title: isWide ? "saves (estimated)" : "saves (est.)", align: "right" },
      { title: isWide ? "faster (measured)" : "faster (meas.)", align: "right" },
      { title: "state", align: "left" },
    ],
    findings.map((view, index) => [
      String(index + 1),
      shortNameOf(view.finding),
      formatSaving(view.finding.savedMsPerHour),
      measuredSpeedup(view),
      stateText(view, paint),
    ]),
    width,
    paint.dim,
  );
}

/** The measured speed-up of the statement that takes most time; a dash without a proof. */
export function measuredSpeedup({ proof, finding }: FindingView): string {
  const main = finding.statements[0]?.fingerprint;
  const statements = proof?.statements.filter(({ role }) => role === "affected") ?? [];
  const shown = statements.find(({ fingerprint }) => fingerprint === main) ?? statements[0];
  return shown === undefined ? "–" : formatTimes(shown.speedupOfMedian.point);
}

function stateText({ state }: FindingView, paint: Paint): string {
  switch (state) {
    case "proven":
    case "verified":
    case "applied":
      return paint.good(state);
    case "harmful":
    case "harmful in the lab":
      return paint.bad(state);
    case "not proven":
    case "no change":
    case "inconclusive":
    case "reverted":
      return paint.warn(state);
    case "found":
    case "applying":
    case "reverting":
    case "dismissed":
      return state;
  }
}

function declinedLines(state: TurnState, width: number, paint: Paint): readonly string[] {
  const { declined, declinedStatements } = state;
  const reasons = tallyOf(declined.map(({ reason }) => reason.replaceAll("-", " ")));
  const statementReasons = tallyOf(declinedStatements.map(({ reason }) => reason));
  return [
    ...(declined.length === 0
      ? []
      : [
          "",
          `${paint.bold("Declined:")} ${counted(declined.length, "candidate")} (${reasons})`,
          ...declined
            .slice(0, MOST_DECLINED)
            .flatMap(({ candidate, explanation }) =>
              paragraph(`${oneLine(candidate)}: ${oneLine(explanation)}`, width, 5, 3),
            ),
          ...(declined.length > MOST_DECLINED
            ? [paint.dim(`   … ${groupDigits(declined.length - MOST_DECLINED)} more by --json`)]
            : []),
        ]),
    ...(declinedStatements.length === 0
      ? []
      : [
          "",
          `${paint.bold("Not advised on:")} ${counted(declinedStatements.length, "statement")} (${statementReasons})`,
        ]),
  ];
}

function warningLines({ warnings }: TurnState, width: number, paint: Paint): readonly string[] {
  if (warnings.length === 0) return [];
  return [
    "",
    paint.bold("Warnings"),
    ...warnings.flatMap((warning) => paragraph(oneLine(warning), width, 3).map(paint.warn)),
  ];
}

/** `gain too small: 12, no plan uses it: 3`, most frequent first. */
function tallyOf(words: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .sort(([, left], [, right]) => right - left)
    .map(([word, count]) => `${word}: ${groupDigits(count)}`)
    .join(", ");
}
