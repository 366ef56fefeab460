import type { ResolvedProofOptions } from "./options.ts";

/** How often one statement runs. */
export interface Schedule {
  readonly rounds: number;
  readonly callsPerRound: number;
  /** What comes untimed before the timed calls of a version: a whole call, or its plan alone. */
  readonly warmUp: "call" | "plan";
}

const LEAST_ROUNDS = 5;
const FEWER_ROUNDS = 10;
/** Beyond this, planning anew and a cold cache of names are too little of a call to warm up for. */
const LONG_CALL_MS = 100;

/**
 * As many calls as the time of one statement allows: fewer warm-ups first, then fewer rounds,
 * then fewer calls, and never fewer than five calls of a version.
 *
 * @param callMs one call of each version together, in ms
 */
export function planSchedule(callMs: number, options: ResolvedProofOptions): Schedule {
  const { rounds, callsPerRound, maxMsPerStatement } = options;
  const least = Math.min(LEAST_ROUNDS, rounds);
  const wishes: readonly Schedule[] = [
    ...(callMs < LONG_CALL_MS ? [{ rounds, callsPerRound, warmUp: "call" } as const] : []),
    { rounds, callsPerRound, warmUp: "plan" },
    { rounds: Math.min(FEWER_ROUNDS, rounds), callsPerRound, warmUp: "plan" },
  ];
  const affordable = wishes.find((wish) => costMs(wish, callMs) <= maxMsPerStatement);
  if (affordable !== undefined) return affordable;
  const fitting = Math.floor(maxMsPerStatement / Math.max(callMs, 1));
  return {
    rounds: Math.max(least, Math.min(fitting, rounds)),
    callsPerRound: 1,
    warmUp: "plan",
  };
}

function costMs({ rounds, callsPerRound, warmUp }: Schedule, callMs: number): number {
  return rounds * (callsPerRound + (warmUp === "call" ? 1 : 0)) * callMs;
}
