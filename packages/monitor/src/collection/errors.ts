import { messageOf, StreamGateError } from "@streamgate/core";

/** An option that cannot be. */
export function badCollectorOption(name: string, value: unknown, wanted: string): StreamGateError {
  return new StreamGateError({
    code: "SG_MONITOR_BAD_OPTION",
    tried: `make a collector with ${name} = ${String(value)}`,
    happened: `it must be ${wanted}`,
    remedy: "correct it, or leave it out to take the default",
  });
}

/** A target did not give its series. */
export function targetDown(url: string, happened: string, cause?: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_MONITOR_TARGET_DOWN",
    tried: `read the series of ${url}`,
    happened: cause === undefined ? happened : `${happened}: ${messageOf(cause)}`,
    remedy:
      "see that the process runs, that the address and the token are right, and that it answers in time",
    cause,
  });
}

/** Text that is no exposition of metrics. */
export function badExposition(line: number, happened: string): StreamGateError {
  return new StreamGateError({
    code: "SG_MONITOR_BAD_EXPOSITION",
    tried: "read metrics in Prometheus's text format",
    happened: `line ${line} ${happened}`,
    remedy: "see that the address is one of metrics: `promtool check metrics` names what is wrong",
  });
}
