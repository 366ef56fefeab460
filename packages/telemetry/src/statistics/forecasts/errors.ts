import { StreamGateError } from "@streamgate/core";

/** An option of a forecast that cannot be. */
export function badForecastOption(name: string, value: unknown, wanted: string): StreamGateError {
  return new StreamGateError({
    code: "SG_TELEMETRY_BAD_FORECAST",
    tried: `forecast a series with ${name} = ${String(value)}`,
    happened: `it must be ${wanted}`,
    remedy: "correct the option",
  });
}

/** A series from which nothing can be learnt yet. */
export function tooShortForForecast(length: number, least: number): StreamGateError {
  return new StreamGateError({
    code: "SG_TELEMETRY_TOO_SHORT",
    tried: `forecast a series of ${length} values`,
    happened: `at least ${least} are needed to know how far a forecast may be off`,
    remedy: "wait for more, or read a longer stretch of history",
  });
}
