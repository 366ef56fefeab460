import type { Interval } from "./evidence.ts";

export const VERIFICATION_VERDICTS = ["verified", "no change", "harmful", "inconclusive"] as const;
export type VerificationVerdict = (typeof VERIFICATION_VERDICTS)[number];

/** One statement's counters in production, before and after the apply. */
export interface StatementVerification {
  readonly fingerprint: string;
  readonly text: string;
  /** Whether the fix is meant for it, or it reads or writes the same tables and is watched for harm. */
  readonly role: "target" | "reader" | "writer";
  readonly callsBefore: number;
  readonly callsAfter: number;
  readonly meanBeforeMs: number;
  readonly meanAfterMs: number;
  /** before ÷ after, divided by the same ratio of the control: above 1 is faster. */
  readonly speedup: Interval;
}

/** What production showed after an apply. Its figures are `verified`. */
export interface Verification {
  readonly verdict: VerificationVerdict;
  readonly explanation: string;
  readonly before: { readonly from: string; readonly to: string; readonly windows: number };
  readonly after: { readonly from: string; readonly to: string; readonly windows: number };
  readonly statements: readonly StatementVerification[];
  /** What the targets together took of each hour, in milliseconds, at the calls they then had. */
  readonly targetMsPerHour: { readonly before: number; readonly after: number };
  /** The untouched statements: how much they moved by themselves, before ÷ after. */
  readonly control: { readonly statements: number; readonly drift: Interval };
}
