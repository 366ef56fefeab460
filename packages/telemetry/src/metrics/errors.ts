import { StreamGateError } from "@streamgate/core";

/** An option of the registry that cannot be. */
export function badRegistryOption(name: string, value: unknown, wanted: string): StreamGateError {
  return new StreamGateError({
    code: "SG_TELEMETRY_BAD_REGISTRY_OPTION",
    tried: `make a registry with ${name} = ${String(value)}`,
    happened: `it must be ${wanted}`,
    remedy: "leave it out to take the default",
  });
}

/** A name, unit or label name that no Prometheus would read. */
export function badMetricDefinition(name: string, happened: string): StreamGateError {
  return new StreamGateError({
    code: "SG_TELEMETRY_BAD_METRIC",
    tried: `define the metric ${JSON.stringify(name)}`,
    happened,
    remedy: "correct the definition",
  });
}

/** A name that another definition has, with other labels, another kind or another unit. */
export function metricConflict(name: string, happened: string): StreamGateError {
  return new StreamGateError({
    code: "SG_TELEMETRY_METRIC_CONFLICT",
    tried: `define the metric ${JSON.stringify(name)}`,
    happened,
    remedy: "give one of the two another name, or define both alike",
  });
}

/** As many values as the metric has labels are needed. */
export function wrongLabelCount(
  name: string,
  labelNames: readonly string[],
  given: number,
): StreamGateError {
  return new StreamGateError({
    code: "SG_TELEMETRY_WRONG_LABELS",
    tried: `find a series of ${name} by ${given} label values`,
    happened: `it has the labels (${labelNames.join(", ")})`,
    remedy: "give one value for each, in this order",
  });
}
