import { StreamGateError } from "@streamgate/core";

/** A sequential test cannot be made with this option. */
export function badSequentialOption(name: string, value: unknown, wanted: string): StreamGateError {
  return new StreamGateError({
    code: "SG_TELEMETRY_BAD_SEQUENTIAL_OPTION",
    tried: `make a sequential test with ${name} = ${String(value)}`,
    happened: `it must be ${wanted}`,
    remedy: "correct it, or leave it out to take the default",
  });
}
