import type { Declined, Finding } from "./finding.ts";

/** What an advisor says: findings, and every remedy that it weighed and declined. */
export interface Advice {
  readonly findings: readonly Finding[];
  readonly declined: readonly Declined[];
}

/** A pure function from what was read to findings. It reads no clock and does no I/O. */
export type Advisor<Input> = (input: Input) => Advice;
