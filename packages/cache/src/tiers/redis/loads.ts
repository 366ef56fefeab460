import type { VerifiedServer } from "../../redis/session.ts";
import type { BeginRequest, Begun, Fill, FillOutcome } from "../tier.ts";
import type { RedisStamp } from "./stamp.ts";

/** How a load begins and ends, on one server or on a cluster. Undefined: the server has not the generation that it was verified with. */
export interface Loads {
  begin(request: BeginRequest, server: VerifiedServer): Promise<Begun | undefined>;
  fill(fill: ReadyFill): Promise<FillOutcome | undefined>;
}

/** A fill as it goes to Redis. */
export interface ReadyFill {
  readonly fill: Fill;
  readonly stamp: RedisStamp;
  /** Header and payload. */
  readonly bytes: Buffer;
  /** Until Redis forgets the value: its time to live and grace. */
  readonly keptMs: number;
  /** Time to live of an epoch that is made or renewed for it. */
  readonly epochMs: number;
}

const OUTCOMES: ReadonlySet<string> = new Set<FillOutcome>(["stored", "superseded", "fenced"]);

/** What a script that ends a load answered; undefined when there was no generation. */
export function readOutcome(answer: unknown): FillOutcome | undefined {
  const outcome = String(answer);
  return isOutcome(outcome) ? outcome : undefined;
}

function isOutcome(text: string): text is FillOutcome {
  return OUTCOMES.has(text);
}

/** Whole milliseconds of at least 1 and at most ten years: what Redis takes as a time to live. */
export function expiryMs(ms: number): number {
  return Math.min(315_360_000_000, Math.max(1, Math.ceil(ms)));
}
