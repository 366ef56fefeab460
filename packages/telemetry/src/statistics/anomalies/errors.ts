import { StreamGateError } from "@streamgate/core";

/** An option of the detector that cannot be. */
export function badAnomalyOption(name: string, value: unknown, wanted: string): StreamGateError {
  return new StreamGateError({
    code: "SG_TELEMETRY_BAD_ANOMALY_OPTION",
    tried: `make an anomaly detector with ${name} = ${String(value)}`,
    happened: `it must be ${wanted}`,
    remedy: "leave it out to take the default",
  });
}

/** Saved by another version, cut short, or not a state at all. */
export function badAnomalyState(reason: string): StreamGateError {
  return new StreamGateError({
    code: "SG_TELEMETRY_BAD_ANOMALY_STATE",
    tried: "restore an anomaly detector",
    happened: reason,
    remedy: "begin with a new detector: it learns again as it goes",
  });
}
