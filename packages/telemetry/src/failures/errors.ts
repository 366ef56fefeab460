import { StreamGateError } from "@streamgate/core";

/** An option of a failure book that cannot be. */
export function badFailureOption(name: string, value: unknown, wanted: string): StreamGateError {
  return new StreamGateError({
    code: "SG_TELEMETRY_BAD_FAILURE_OPTION",
    tried: `group failures with ${name} = ${String(value)}`,
    happened: `it must be ${wanted}`,
    remedy: "leave it out to take the default",
  });
}
