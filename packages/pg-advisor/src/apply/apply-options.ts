import { badApplyOption } from "./errors.ts";

/** How patient an apply or a revert is. */
export interface ApplyOptions {
  /** How long a step may wait for its table lock before it gives way to others. @default 2000 */
  readonly lockTimeoutMs?: number;
  /** How long a concurrent build or drop may wait for other transactions to end; it blocks no reads or writes. @default 1800000 */
  readonly finishTimeoutMs?: number;
  /** How often a step that met a lock is tried. @default 10 */
  readonly attempts?: number;
  /** The longest wait before the second try; it doubles from try to try. @default 500 */
  readonly firstBackOffMs?: number;
  /** @default 30000 */
  readonly longestBackOffMs?: number;
  /** The whole of the steps must end in this time. @default 21600000 */
  readonly deadlineMs?: number;
  /** How often, after a failure, one object is tried to be removed. @default 3 */
  readonly cleanUpAttempts?: number;
  /** How long one such try may wait. @default 5000 */
  readonly cleanUpTimeoutMs?: number;
  /** How often progress is read. @default 500 */
  readonly pollMs?: number;
}

export type ResolvedApplyOptions = Required<ApplyOptions>;

export const APPLY_DEFAULTS: ResolvedApplyOptions = {
  lockTimeoutMs: 2_000,
  finishTimeoutMs: 1_800_000,
  attempts: 10,
  firstBackOffMs: 500,
  longestBackOffMs: 30_000,
  deadlineMs: 21_600_000,
  cleanUpAttempts: 3,
  cleanUpTimeoutMs: 5_000,
  pollMs: 500,
};

/** @throws StreamGateError `SG_PG_BAD_APPLY_OPTION` */
export function resolveApplyOptions(options: ApplyOptions = {}): ResolvedApplyOptions {
  const resolved = { ...APPLY_DEFAULTS, ...options };
  for (const [name, value] of Object.entries(resolved)) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw badApplyOption(name, value, APPLY_DEFAULTS[name as keyof ResolvedApplyOptions]);
  }
  return resolved;
}
