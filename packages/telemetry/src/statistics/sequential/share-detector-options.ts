import { badSequentialOption } from "./errors.ts";

/** What a share detector promises, and what it is to find. */
export interface ShareDetectorOptions {
  /** Share of bad events that is still in order, above 0 and below 1: 0.001 for an objective of 99.9 %. */
  readonly allowedShare: number;
  /**
   * The least share that is worth being woken for; shares well above `allowedShare` but below this
   * are found late or never. @default ten times the allowed share, at most half-way to 1
   */
  readonly noticeShare?: number;
  /** How many false alarms a week are tolerated while the share is as allowed, above 0. @default 0.1 */
  readonly falseAlarmsAWeek?: number;
  /** The least time between two steps, in ms; more steps a week need more evidence. @default 1000 */
  readonly stepMs?: number;
  /**
   * In how many steps there must be bad events at the least, 1 to 10: one step, however bad, is
   * not enough, since failures of one instant have one cause. @default 3
   */
  readonly leastBadSteps?: number;
}

export type ResolvedShareDetectorOptions = Required<ShareDetectorOptions>;

const DEFAULTS = { falseAlarmsAWeek: 0.1, stepMs: 1000, leastBadSteps: 3 } as const;

/** @throws SG_TELEMETRY_BAD_SEQUENTIAL_OPTION that names the key and the value */
export function resolveShareDetectorOptions(
  options: ShareDetectorOptions,
): ResolvedShareDetectorOptions {
  const { allowedShare } = options;
  demand("allowedShare", allowedShare, allowedShare > 0 && allowedShare < 1, "above 0 and below 1");
  const resolved = {
    ...DEFAULTS,
    noticeShare: Math.min(10 * allowedShare, (1 + allowedShare) / 2),
    ...options,
  };
  const { noticeShare, falseAlarmsAWeek, stepMs, leastBadSteps } = resolved;
  demand(
    "noticeShare",
    noticeShare,
    noticeShare > allowedShare && noticeShare < 1,
    `above the allowed share (${allowedShare}) and below 1`,
  );
  demand(
    "falseAlarmsAWeek",
    falseAlarmsAWeek,
    falseAlarmsAWeek > 0 && Number.isFinite(falseAlarmsAWeek),
    "a number above 0",
  );
  demand("stepMs", stepMs, stepMs > 0 && Number.isFinite(stepMs), "a number of ms above 0");
  demand(
    "leastBadSteps",
    leastBadSteps,
    Number.isInteger(leastBadSteps) && leastBadSteps >= 1 && leastBadSteps <= 10,
    "a whole number from 1 to 10",
  );
  return resolved;
}

function demand(name: string, value: unknown, isFine: boolean, wanted: string): void {
  if (!isFine) throw badSequentialOption(name, value, wanted);
}
