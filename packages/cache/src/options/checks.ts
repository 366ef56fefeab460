import { parseByteSize, parseDuration } from "@streamgate/core";
import { badCacheOption } from "../errors.ts";

/** Milliseconds, or text such as `"250ms"`, `"30s"`, `"5m"`, `"1h"`, `"7d"`. */
export type DurationInput = number | string;

/** Timers take no longer time. */
const LONGEST_MS = 2 ** 31 - 1;

/** @throws StreamGateError `SG_CACHE_BAD_OPTION` */
export function duration(
  name: string,
  value: DurationInput | undefined,
  fallbackMs: number,
  leastMs: number,
  mostMs: number = LONGEST_MS,
): number {
  if (value === undefined) return fallbackMs;
  const ms = typeof value === "string" ? readOr(() => parseDuration(value)) : value;
  if (Number.isFinite(ms) && ms >= leastMs && ms <= mostMs) return ms;
  throw badCacheOption(
    name,
    value,
    `a time from ${leastMs} ms to ${mostMs} ms, as a number or such as "30s"`,
  );
}

/** @throws StreamGateError `SG_CACHE_BAD_OPTION` */
export function byteSize(name: string, value: number | string): number {
  const bytes = typeof value === "string" ? readOr(() => parseByteSize(value)) : value;
  if (Number.isFinite(bytes) && bytes >= 1) return Math.floor(bytes);
  throw badCacheOption(name, value, 'a size of at least 1 byte, as a number or such as "64mb"');
}

/** @throws StreamGateError `SG_CACHE_BAD_OPTION` */
export function integer(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw badCacheOption(name, value, `a whole number from ${least} to ${most}`);
}

/** @throws StreamGateError `SG_CACHE_BAD_OPTION` */
export function oneOf<Choice extends string>(
  name: string,
  value: Choice,
  choices: readonly Choice[],
): Choice {
  if (choices.includes(value)) return value;
  throw badCacheOption(name, value, `one of ${choices.join(", ")}`);
}

/** @throws StreamGateError `SG_CACHE_BAD_OPTION` */
export function fraction(name: string, value: number, least: number, most: number): number {
  if (value >= least && value <= most) return value;
  throw badCacheOption(name, value, `a number from ${least} to ${most}`);
}

/** Text that says no amount is none; the error that follows names the option. */
function readOr(read: () => number): number {
  try {
    return read();
  } catch {
    return Number.NaN;
  }
}
