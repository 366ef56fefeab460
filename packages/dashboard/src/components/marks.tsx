import type { IncidentSummary, RecommendationState } from "@streamgate/contract";
import type { JSX } from "preact";

type Tone = "good" | "bad" | "warning" | "plain";

function Mark({ tone, word }: { tone: Tone; word: string }): JSX.Element {
  return <span class={tone === "plain" ? "tag" : `tag is-${tone}`}>{word}</span>;
}

const SEVERITY_TONES: Readonly<Record<string, Tone>> = {
  critical: "bad",
  high: "bad",
  medium: "warning",
};

/** How bad it is. */
export function SeverityMark({ severity }: { severity: string }): JSX.Element {
  return <Mark tone={SEVERITY_TONES[severity] ?? "plain"} word={severity} />;
}

const STATE_TONES: Readonly<Record<RecommendationState, Tone>> = {
  found: "plain",
  proven: "good",
  "not proven": "plain",
  "harmful in the lab": "bad",
  applying: "warning",
  applied: "warning",
  verified: "good",
  "no change": "plain",
  harmful: "bad",
  inconclusive: "plain",
  reverting: "warning",
  reverted: "plain",
  dismissed: "plain",
};

/** How far a recommendation has come. */
export function StateMark({ state }: { state: RecommendationState }): JSX.Element {
  return <Mark tone={STATE_TONES[state]} word={state} />;
}

const INCIDENT_TONES = { open: "bad", acknowledged: "warning", resolved: "good" } as const;

/** Whether somebody takes care of an incident. */
export function IncidentMark({ status }: { status: IncidentSummary["status"] }): JSX.Element {
  return <Mark tone={INCIDENT_TONES[status]} word={status} />;
}

const ALERT_TONES = { pending: "warning", firing: "bad", resolved: "good" } as const;

/** Whether an alert fires. */
export function AlertMark({ state }: { state: keyof typeof ALERT_TONES }): JSX.Element {
  return <Mark tone={ALERT_TONES[state]} word={state} />;
}

const VERDICT_TONES: Readonly<Record<string, Tone>> = {
  proven: "good",
  verified: "good",
  harmful: "bad",
  better: "good",
  worse: "bad",
};

/** What a proof, a verification or a comparison came to. */
export function VerdictMark({ verdict }: { verdict: string }): JSX.Element {
  return <Mark tone={VERDICT_TONES[verdict] ?? "plain"} word={verdict} />;
}
