import { StreamGateError } from "@streamgate/core";

/** What a watched process answered is no report. */
export function badReport(path: string, wanted: string, cause?: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_TELEMETRY_BAD_REPORT",
    tried: "read the report of a watched process",
    happened: `${path} must be ${wanted}`,
    remedy:
      "see that the address is that of a StreamGate agent, and that agent and monitor are of one version",
    cause,
  });
}
