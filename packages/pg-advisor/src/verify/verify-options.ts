import { badVerifyOption } from "./errors.ts";

/** What it takes to believe in an effect. */
export interface VerifyOptions {
  /** Calls that a statement needs before and after to be counted. @default 10 */
  readonly minimumCalls?: number;
  /** Windows that each side needs. @default 4 */
  readonly minimumWindows?: number;
  /** Share of the targets' time that must be among those that ran often enough, 0 to 1. @default 0.5 */
  readonly minimumShare?: number;
  /** Part of what the targets gain that others on the same tables may lose, 0 to 1. @default 0.2 */
  readonly tolerableLossShare?: number;
  /** Share of intervals that hold the true ratio, 0 to 1. @default 0.95 */
  readonly confidence?: number;
  /** How often the windows are drawn. @default 1000 */
  readonly resamples?: number;
}

export type ResolvedVerifyOptions = Required<VerifyOptions>;

const VERIFY_DEFAULTS: ResolvedVerifyOptions = {
  minimumCalls: 10,
  minimumWindows: 4,
  minimumShare: 0.5,
  tolerableLossShare: 0.2,
  confidence: 0.95,
  resamples: 1_000,
};

const COUNTS = ["minimumCalls", "minimumWindows", "resamples"] as const;
const SHARES = ["minimumShare", "tolerableLossShare", "confidence"] as const;

/** @throws StreamGateError `SG_PG_BAD_VERIFY_OPTION` */
export function resolveVerifyOptions(options: VerifyOptions = {}): ResolvedVerifyOptions {
  const resolved = { ...VERIFY_DEFAULTS, ...options };
  for (const name of COUNTS) {
    const isGood = Number.isInteger(resolved[name]) && resolved[name] >= 1;
    if (!isGood) throw badVerifyOption(name, resolved[name], "a whole number of at least 1");
  }
  for (const name of SHARES) {
    const isGood = resolved[name] >= 0 && resolved[name] <= 1;
    if (!isGood) throw badVerifyOption(name, resolved[name], "a number from 0 to 1");
  }
  return resolved;
}
