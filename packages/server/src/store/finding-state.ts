import type { ProofVerdict, VerificationVerdict } from "@streamgate/core";
import { impossibleTransition } from "../errors.ts";

/**
 * What has become of a finding. `applying` and `reverting` are written before the work starts, so
 * that whoever comes after a killed process sees what was under way.
 */
export const FINDING_STATES = [
  "found",
  "proven",
  "not proven",
  "harmful in the lab",
  "applying",
  "applied",
  "verified",
  "no change",
  "harmful",
  "inconclusive",
  "reverting",
  "reverted",
  "dismissed",
] as const;
export type FindingState = (typeof FINDING_STATES)[number];

/** The states in which the fix stands in the database. */
export const STANDING_STATES: readonly FindingState[] = [
  "applied",
  "verified",
  "no change",
  "harmful",
  "inconclusive",
];

/** The states that a proof leads to. */
export const JUDGED_STATES: readonly FindingState[] = [
  "proven",
  "not proven",
  "harmful in the lab",
];

const NEXT: Readonly<Record<FindingState, readonly FindingState[]>> = {
  found: ["found", ...JUDGED_STATES, "applying", "dismissed"],
  proven: ["found", ...JUDGED_STATES, "applying", "dismissed"],
  "not proven": ["found", ...JUDGED_STATES, "applying", "dismissed"],
  "harmful in the lab": ["found", ...JUDGED_STATES, "dismissed"],
  // Back to `found` when the apply failed or was cut short and cleaned up.
  applying: ["applied", "found"],
  applied: ["verified", "no change", "harmful", "inconclusive", "reverting", "found"],
  verified: ["verified", "no change", "harmful", "inconclusive", "reverting", "found"],
  "no change": ["verified", "no change", "harmful", "inconclusive", "reverting", "found"],
  harmful: ["reverting", "found"],
  inconclusive: ["verified", "no change", "harmful", "inconclusive", "reverting", "found"],
  // Back to `applied` when the revert failed.
  reverting: ["reverted", "applied"],
  reverted: ["found"],
  dismissed: ["found", "dismissed"],
};

/** The states that may lead to `to`. */
export function statesBefore(to: FindingState): readonly FindingState[] {
  return FINDING_STATES.filter((from) => NEXT[from].includes(to));
}

/** The new state, where a step leads to it. @throws StreamGateError `SG_SERVER_FINDING_STATE` */
export function advance(id: string, from: FindingState, to: FindingState): FindingState {
  if (!NEXT[from].includes(to)) throw impossibleTransition(id, from, to);
  return to;
}

/** The state that a proof's verdict leads to. */
export function stateOfProof(verdict: ProofVerdict): FindingState {
  return verdict === "harmful" ? "harmful in the lab" : verdict;
}

/** The state that a verification's verdict leads to. */
export function stateOfVerification(verdict: VerificationVerdict): FindingState {
  return verdict;
}

/** Whether a text read from the store is a state that this StreamGate knows. */
export function isFindingState(text: string): text is FindingState {
  return (FINDING_STATES as readonly string[]).includes(text);
}
