import { messageOf, StreamGateError } from "@streamgate/core";

/** Prometheus did not answer, or not as Prometheus does. */
export function prometheusUnavailable(url: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_MONITOR_PROMETHEUS_UNAVAILABLE",
    tried: `read series from the Prometheus at ${url}`,
    happened: messageOf(cause),
    remedy: "see that it runs, and that the address and the token are right",
    cause,
  });
}

/** Prometheus refused the question. */
export function prometheusRefused(url: string, reason: string): StreamGateError {
  return new StreamGateError({
    code: "SG_MONITOR_BAD_QUERY",
    tried: `read series from the Prometheus at ${url}`,
    happened: reason,
    remedy: "correct the selector, the step or the stretch of time",
  });
}
