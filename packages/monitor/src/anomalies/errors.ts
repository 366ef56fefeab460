import { StreamGateError } from "@streamgate/core";

/** An option of the watch that cannot be. */
export function badAnomalyWatchOption(
  name: string,
  value: unknown,
  wanted: string,
): StreamGateError {
  return new StreamGateError({
    code: "SG_MONITOR_BAD_ANOMALY_WATCH_OPTION",
    tried: `watch series for anomalies with ${name} = ${String(value)}`,
    happened: `it must be ${wanted}`,
    remedy: "correct the option, or leave it out to take the default",
  });
}
