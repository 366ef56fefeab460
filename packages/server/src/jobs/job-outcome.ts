import { formatDuration } from "@streamgate/core";
import type { TurnReport } from "../turn/turn-state.ts";
import type { JobKind } from "./job.ts";

/** What came of a turn, in one sentence. @throws Error with the reason where it did not do what the job is for */
export function outcomeOf(kind: Exclude<JobKind, "revert">, report: TurnReport): string {
  const [view] = report.findings;
  if (kind === "observe") return observedOutcome(report);
  if (view === undefined) throw new Error("the finding is no longer there");
  if (view.revertFailure !== null)
    throw new Error(`it made production worse and could not be taken back: ${view.revertFailure}`);
  if (view.reversion !== null) return `Taken back: ${view.reversion.reason}`;
  switch (kind) {
    case "prove":
      if (view.proof === null) throw new Error(view.proofFailure ?? "no proof was made");
      return `${capitalised(view.proof.verdict)}: ${view.proof.explanation}`;
    case "apply":
      if (view.application === null) throw new Error(whyNotApplied(view));
      return view.verification === null
        ? `Applied in ${formatDuration(view.application.durationMs)}.`
        : `Applied. ${capitalised(view.verification.verdict)}: ${view.verification.explanation}`;
    case "verify":
      if (view.verification === null) throw new Error("production was not judged");
      return `${capitalised(view.verification.verdict)}: ${view.verification.explanation}`;
  }
}

function observedOutcome({ findings, observed }: TurnReport): string {
  const saved = findings.reduce((sum, { finding }) => sum + finding.savedMsPerHour, 0);
  const seen = `${observed?.statements ?? 0} statements were looked at`;
  return findings.length === 0
    ? `Nothing found; ${seen}.`
    : `${findings.length} found that would save ${formatDuration(saved)} of each hour (estimated); ${seen}.`;
}

function whyNotApplied({ notApplied, proofFailure }: TurnReport["findings"][number]): string {
  const why = notApplied ?? "it was not applied";
  return proofFailure === null ? why : `${why}: ${proofFailure}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
