import { StreamGateError } from "@streamgate/core";

/** A verification was asked for with an option that cannot be. */
export function badVerifyOption(name: string, value: number, wanted: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_BAD_VERIFY_OPTION",
    tried: `verify a fix with ${name} = ${value}`,
    happened: `it is not ${wanted}`,
    remedy: "leave it out to take the default",
  });
}

/** Windows were asked for that cannot be. */
export function badObservation(totalMs: number, windows: number): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_BAD_OBSERVATION",
    tried: `observe ${windows} windows in ${totalMs} ms`,
    happened: "the time must be positive and the windows a whole number of at least 1",
    remedy: "leave the windows out, and give a time such as 5m",
  });
}
