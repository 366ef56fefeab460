import { AFTER_DEPLOY, type ShippedRule } from "./shipped-rule.ts";

const MINUTE_MS = 60_000;
const RESPONSES = { name: "http_server_request_duration_seconds" };
const FAILED = { where: [{ label: "http_response_status_code", matches: "5.." }] };
const SLOW_RESPONSE_SECONDS = 0.5;

/** What users get: responses that fail or are slow, and the objective over both. */
export const RESPONSE_RULES: readonly ShippedRule[] = [
  {
    name: "errors-sudden",
    kind: "sequential",
    severity: "high",
    summary: "{value} of the requests to {service} fail",
    of: RESPONSES,
    bad: FAILED,
    allowedShare: 0.001,
    noticeShare: 0.01,
  },
  {
    name: "errors-high",
    kind: "threshold",
    severity: "medium",
    summary: "{value} of the requests to {service} failed over the last minute",
    unit: "ratio",
    measure: { kind: "share", of: RESPONSES, part: FAILED, windowMs: MINUTE_MS, leastEvents: 300 },
    when: "above",
    threshold: 0.01,
    clearThreshold: 0.007,
    forMs: 30_000,
  },
  {
    name: "slo-burning",
    kind: "burn-rate",
    summary: "{service} uses up its error budget {value} times too fast ({burn_window})",
    of: RESPONSES,
    bad: FAILED,
    objective: 0.999,
  },
  {
    name: "responses-suddenly-slow",
    kind: "sequential",
    severity: "high",
    summary: "{value} of the responses of {service} take longer than 500 ms",
    of: RESPONSES,
    bad: { above: SLOW_RESPONSE_SECONDS },
    allowedShare: 0.05,
    noticeShare: 0.2,
    afterDeploy: AFTER_DEPLOY,
  },
  {
    name: "responses-slow",
    kind: "threshold",
    severity: "medium",
    summary: "95 % of the responses of {service} take up to {value}",
    unit: "seconds",
    measure: {
      kind: "quantile",
      of: RESPONSES,
      quantile: 0.95,
      windowMs: 2 * MINUTE_MS,
      leastEvents: 200,
    },
    when: "above",
    threshold: SLOW_RESPONSE_SECONDS,
    clearThreshold: 0.4,
    forMs: 3 * MINUTE_MS,
  },
  {
    name: "traffic-unusual",
    kind: "anomaly",
    severity: "low",
    summary: "{service} gets {value} of requests, which is unusual for this time",
    unit: "per-second",
    measure: { kind: "rate", of: RESPONSES, windowMs: 5 * MINUTE_MS },
    everyMs: 5 * MINUTE_MS,
    falseAlarmsAWeek: 0.5,
  },
];
