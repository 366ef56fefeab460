import { StreamGateError } from "./errors.ts";

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/**
 * Milliseconds of a duration such as `'250ms'`, `'30s'`, `'5m'`, `'1h'`, `'7d'`.
 *
 * @param text a non-negative decimal number followed by its unit, no space
 * @throws StreamGateError `SG_CORE_BAD_DURATION`
 * @example
 * ```ts
 * import { parseDuration } from "@streamgate/core";
 * parseDuration("5m"); // 300000
 * ```
 */
export function parseDuration(text: string): number {
  const match = DURATION.exec(text.trim());
  const unit = match?.[2];
  if (match === null || unit === undefined || !isUnit(unit)) {
    throw new StreamGateError({
      code: "SG_CORE_BAD_DURATION",
      tried: `read ${JSON.stringify(text)} as a duration`,
      happened: "it is not a number followed by ms, s, m, h or d",
      remedy: "write it like 250ms, 30s, 5m, 1h or 7d",
    });
  }
  return Number(match[1]) * UNIT_MS[unit];
}

/** A duration for a person, three significant digits at the most: `3.27 ms`, `41.2 s`, `2 h 5 min`. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return "unknown";
  if (ms < 0) return `-${formatDuration(-ms)}`;
  if (ms < 0.9995) return `${significant(ms * 1_000)} µs`;
  if (ms < 999.5) return `${significant(ms)} ms`;
  if (ms < 59_950) return `${significant(ms / 1_000)} s`;
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return `${significant(ms / 60_000)} min`;
  const rest = minutes % 60;
  return rest === 0 ? `${(minutes - rest) / 60} h` : `${(minutes - rest) / 60} h ${rest} min`;
}

function isUnit(unit: string): unit is keyof typeof UNIT_MS {
  return unit in UNIT_MS;
}

function significant(value: number): string {
  return String(Number(value.toPrecision(3)));
}
