import { StreamGateError } from "@streamgate/core";

/** An option of a tracer that cannot be. */
export function badTracerOption(name: string, value: unknown, wanted: string): StreamGateError {
  return new StreamGateError({
    code: "SG_TELEMETRY_BAD_TRACER_OPTION",
    tried: `make a tracer with ${name} = ${String(value)}`,
    happened: `it must be ${wanted}`,
    remedy: "leave it out to take the default",
  });
}
