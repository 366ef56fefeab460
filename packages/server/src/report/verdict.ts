import { formatDuration } from "@streamgate/core";
import type { TurnState } from "../turn/turn-state.ts";
import { counted } from "./wording.ts";

/** The one sentence that says how it stands. */
export function verdictOf(state: TurnState): string {
  if (state.status === "failed" || state.status === "interrupted") return unfinishedVerdict(state);
  const { findings } = state;
  if (findings.length === 0) {
    if (state.status !== "finished") return waitingVerdict(state);
    if (state.observed?.statements === 0) {
      return "No statement was read that can be advised on: watch longer, or give other statements.";
    }
    return "Nothing found: no index that StreamGate can think of is worth its place.";
  }
  const saved = findings.reduce((sum, { finding }) => sum + finding.savedMsPerHour, 0);
  const confirmed = confirmedVerdict(state);
  const would =
    confirmed ??
    `${counted(findings.length, "finding")} would save ${formatDuration(saved)} of each hour (estimated)`;
  const tallies = talliesOf(state);
  return tallies.length === 0 ? `${would}.` : `${would}: ${tallies.join(", ")}.`;
}

/** What production confirmed is worth more than any estimate. */
function confirmedVerdict({ findings }: TurnState): string | null {
  const verified = findings.flatMap(({ verification }) =>
    verification?.verdict === "verified" ? [verification.targetMsPerHour] : [],
  );
  if (verified.length === 0) return null;
  const before = verified.reduce((sum, target) => sum + target.before, 0);
  const after = verified.reduce((sum, target) => sum + target.after, 0);
  return `What took ${formatDuration(before)} of each hour now takes ${formatDuration(after)} (verified). ${counted(findings.length, "finding")}`;
}

function talliesOf({ findings, stages }: TurnState): readonly string[] {
  const tally = (count: number, word: string): readonly string[] =>
    count === 0 ? [] : [`${count} ${word}`];
  const verdicts = findings.map(({ proof }) => proof?.verdict);
  const unproven = findings.filter((view) => view.proofFailure !== null).length;
  const isProofDone = stages.some(({ stage, status }) => stage === "prove" && status === "done");
  const judged = findings.map(({ verification }) => verification?.verdict);
  return [
    ...tally(verdicts.filter((verdict) => verdict === "proven").length, "proven"),
    ...tally(verdicts.filter((verdict) => verdict === "not proven").length, "not proven"),
    ...tally(verdicts.filter((verdict) => verdict === "harmful").length, "harmful in the lab"),
    ...(isProofDone ? tally(unproven, "without a proof") : []),
    ...tally(findings.filter(({ application }) => application !== null).length, "applied"),
    ...tally(judged.filter((verdict) => verdict === "verified").length, "verified in production"),
    ...tally(judged.filter((verdict) => verdict === "no change").length, "without change"),
    ...tally(judged.filter((verdict) => verdict === "inconclusive").length, "inconclusive"),
    ...tally(findings.filter(({ reversion }) => reversion !== null).length, "taken back"),
  ];
}

function waitingVerdict({ stages }: TurnState): string {
  const running = stages.find(({ status }) => status === "running")?.stage;
  switch (running) {
    case "observe":
      return "Watching what the database is asked.";
    case "diagnose":
      return "Looking for what would make it faster.";
    case undefined:
    case "prove":
    case "apply":
    case "verify":
      return "Getting ready.";
  }
}

function unfinishedVerdict({ status, problem, findings }: TurnState): string {
  const what = status === "interrupted" ? "Stopped before the end" : "Could not finish";
  const why = problem === null || status === "interrupted" ? "" : `: ${problem.happened}`;
  const found = findings.length === 0 ? "" : ` ${counted(findings.length, "finding")} so far.`;
  return `${what}${why}.${found}`;
}
