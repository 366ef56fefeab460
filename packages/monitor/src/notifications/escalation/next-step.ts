import { onCallAt, type Rota } from "../on-call/rota.ts";
import { ANSWER_WITHIN_MS, DEFAULT_REPEATS, type EscalationPolicy, type Person } from "./policy.ts";

/** Where an incident stands in its policy. */
export interface EscalationState {
  readonly state: "running" | "acknowledged" | "exhausted" | "ended";
  /** The level that is told next, from 0. */
  readonly nextLevel: number;
  /** How often the levels are gone through, from 1. */
  readonly round: number;
  /** When the next level is told; when an acknowledgement is over. */
  readonly dueAtMs: number;
}

/** Somebody who is told, and how. */
export interface Told {
  readonly channel: string;
  /** Undefined: a channel that no person stands behind. */
  readonly person: string | undefined;
}

export interface EscalationStep {
  readonly state: EscalationState;
  readonly tell: readonly (Told & { readonly level: number; readonly round: number })[];
  /** Sentences for the timeline: who could not be found. */
  readonly gaps: readonly string[];
  readonly isReopened: boolean;
}

export interface OnCallList {
  readonly rotas: ReadonlyMap<string, Rota>;
  readonly people: ReadonlyMap<string, Person>;
}

const NEVER = Number.MAX_SAFE_INTEGER;

/** An incident begins, or begins anew, to follow its policy. */
export function beginEscalation(nowMs: number): EscalationState {
  return { state: "running", nextLevel: 0, round: 1, dueAtMs: nowMs };
}

/** Somebody answered: nobody further is told, for as long as the policy lets an acknowledgement stand. */
export function acknowledgeEscalation(
  policy: EscalationPolicy | undefined,
  state: EscalationState,
  nowMs: number,
): EscalationState {
  if (state.state === "ended") return state;
  const forMs = policy?.acknowledgedForMs;
  return { ...state, state: "acknowledged", dueAtMs: forMs === undefined ? NEVER : nowMs + forMs };
}

/**
 * What a policy asks for now. Levels at which nobody can be found are passed over at once, so that a gap in a rota costs
 * no time; where none is left in the round, `whenNobody` is told, and the round goes on after the last level's time.
 */
export function nextStep(
  policy: EscalationPolicy,
  state: EscalationState,
  onCall: OnCallList,
  nowMs: number,
): EscalationStep {
  const nothing = (next: EscalationState): EscalationStep => ({
    state: next,
    tell: [],
    gaps: [],
    isReopened: false,
  });
  const dueAtMs = Math.min(state.dueAtMs, nowMs + longestWait(policy, state));
  if (nowMs < dueAtMs) return nothing({ ...state, dueAtMs });
  if (state.state === "ended" || state.state === "exhausted") return nothing(state);
  const isReopened = state.state === "acknowledged";
  const from = isReopened ? beginEscalation(nowMs) : state;
  if (from.round > 1 + (policy.repeats ?? DEFAULT_REPEATS))
    return { ...nothing({ ...from, state: "exhausted", dueAtMs: NEVER }), isReopened };
  return { ...tellLevel(policy, from, onCall, nowMs), isReopened };
}

function tellLevel(
  policy: EscalationPolicy,
  from: EscalationState,
  onCall: OnCallList,
  nowMs: number,
): Omit<EscalationStep, "isReopened"> {
  const gaps: string[] = [];
  for (let index = from.nextLevel; index < policy.levels.length; index += 1) {
    const level = policy.levels[index];
    const found = (level?.targets ?? []).flatMap((target) => {
      const told = findTarget(target, onCall, nowMs);
      if (told.length === 0) gaps.push(gapOf(target, index));
      return told;
    });
    if (found.length === 0) continue;
    const isLast = index === policy.levels.length - 1;
    return {
      state: {
        state: "running",
        nextLevel: isLast ? 0 : index + 1,
        round: isLast ? from.round + 1 : from.round,
        dueAtMs: nowMs + (level?.answerWithinMs ?? ANSWER_WITHIN_MS),
      },
      tell: unique(found).map((told) => ({ ...told, level: index + 1, round: from.round })),
      gaps,
    };
  }
  const fallback = (policy.whenNobody ?? []).map((channel) => ({ channel, person: undefined }));
  return {
    state: {
      state: "running",
      nextLevel: 0,
      round: from.round + 1,
      dueAtMs: nowMs + (policy.levels.at(-1)?.answerWithinMs ?? ANSWER_WITHIN_MS),
    },
    tell: fallback.map((told) => ({ ...told, level: policy.levels.length, round: from.round })),
    gaps,
  };
}

function findTarget(
  target: EscalationPolicy["levels"][number]["targets"][number],
  { rotas, people }: OnCallList,
  nowMs: number,
): readonly Told[] {
  if ("channel" in target) return [{ channel: target.channel, person: undefined }];
  const rota = "rota" in target ? rotas.get(target.rota) : undefined;
  const name =
    "person" in target
      ? target.person
      : rota === undefined
        ? undefined
        : onCallAt(rota, nowMs).person;
  const person = people.get(name ?? "");
  return (person?.channels ?? []).map((channel) => ({ channel, person: name }));
}

function gapOf(
  target: EscalationPolicy["levels"][number]["targets"][number],
  index: number,
): string {
  if ("rota" in target) return `Level ${index + 1}: nobody of the rota ${target.rota} is on call`;
  return `Level ${index + 1}: ${"person" in target ? target.person : target.channel} has no channel`;
}

/** A channel is told once, whoever shares it. */
function unique<Item extends Told>(told: readonly Item[]): readonly Item[] {
  return [...new Map(told.map((one) => [one.channel, one])).values()];
}

/** No step lies further ahead, whatever the clock said when it was planned. */
function longestWait(policy: EscalationPolicy, { state }: EscalationState): number {
  if (state === "acknowledged") return policy.acknowledgedForMs ?? NEVER;
  return Math.max(...policy.levels.map(({ answerWithinMs }) => answerWithinMs ?? ANSWER_WITHIN_MS));
}
