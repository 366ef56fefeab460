import { StreamGateError } from "@streamgate/core";

/** An option of the monitor that cannot be. */
export function badMonitorOption(name: string, value: unknown, wanted: string): StreamGateError {
  return new StreamGateError({
    code: "SG_MONITOR_BAD_MONITOR_OPTION",
    tried: `make a monitor with ${name} = ${String(value)}`,
    happened: `it must be ${wanted}`,
    remedy: "correct the option, or leave it out to take the default",
  });
}
