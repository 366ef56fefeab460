import type { Severity } from "@streamgate/core";
import type { Growth } from "./judge-growth.ts";

/** When a growing quantity reaches its limit, in hours from now; Infinity where it may never. */
export interface LimitForecast {
  readonly hours: number;
  /** With 90 % confidence not before. */
  readonly earliestHours: number;
  /** With 90 % confidence not after. */
  readonly latestHours: number;
}

/** The straight line of the growth, carried on to the limit, with both bounds of its slope. */
export function forecastLimit(growth: Growth, valueNow: number, limit: number): LimitForecast {
  const room = Math.max(0, limit - valueNow);
  const after = (perHour: number): number =>
    perHour > 0 ? room / perHour : Number.POSITIVE_INFINITY;
  return {
    hours: after(growth.perHour.point),
    earliestHours: after(growth.perHour.high),
    latestHours: after(growth.perHour.low),
  };
}

/** A leak is as severe as its limit is near: before the next hour, the next night, the next week. */
export function severityOfLeak(forecast: LimitForecast): Severity {
  if (forecast.hours < 1) return "critical";
  if (forecast.hours < 24) return "high";
  if (forecast.hours < 7 * 24) return "medium";
  return "low";
}
