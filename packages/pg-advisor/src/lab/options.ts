import { badLabOption } from "./errors.ts";
import type { Budget } from "./sampling.ts";
import type { SourceOptions } from "./source-reader.ts";

/** How much is copied into a lab, and how the watched server is treated meanwhile. */
export interface CopyLimits {
  /** Whole tables are copied while all of them together stay below this. @default 2 GiB */
  readonly maxBytes?: number;
  /** And below this many rows. @default 5_000_000 */
  readonly maxRows?: number;
  /** Tables that are read at once. @default 2 */
  readonly readers?: number;
  /** Time-out of reading one table on the watched server, in ms. @default 1_800_000 */
  readonly statementTimeoutMs?: number;
  /** How long a lock on the watched server is waited for, in ms. @default 5_000 */
  readonly lockTimeoutMs?: number;
  /** `shared_buffers` of the lab, in megabytes. @default 128 */
  readonly sharedBuffersMb?: number;
}

export type ResolvedCopyLimits = Required<CopyLimits> & Budget & SourceOptions;

const DEFAULTS: Required<CopyLimits> = {
  maxBytes: 2 * 1024 ** 3,
  maxRows: 5_000_000,
  readers: 2,
  statementTimeoutMs: 1_800_000,
  lockTimeoutMs: 5_000,
  sharedBuffersMb: 128,
};

/** @throws StreamGateError `SG_PG_BAD_LAB_OPTION` */
export function resolveCopyLimits(limits: CopyLimits): ResolvedCopyLimits {
  const given = Object.entries(limits).filter(
    ([name, value]) => name in DEFAULTS && value !== undefined,
  );
  const resolved = { ...DEFAULTS, ...Object.fromEntries(given) };
  for (const [name, value] of Object.entries(resolved)) {
    if (Number.isSafeInteger(value) && value >= 1) continue;
    throw badLabOption(name, value);
  }
  return resolved;
}
