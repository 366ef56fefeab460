import { StreamGateError } from "@streamgate/core";

/** An option of an OTLP exporter that cannot be. */
export function badOtlpOption(name: string, value: unknown, wanted: string): StreamGateError {
  return new StreamGateError({
    code: "SG_TELEMETRY_BAD_OTLP_OPTION",
    tried: `export by OTLP with ${name} = ${String(value)}`,
    happened: `it must be ${wanted}`,
    remedy: "correct it, or leave it out where it has a default",
  });
}
