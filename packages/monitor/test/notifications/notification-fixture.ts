import type { Notification, NotifiedAlert } from "../../src/notifications/notification.ts";

/** A notification, with what a test does not care about filled in. */
export function notification(overrides: Partial<Notification> = {}): Notification {
  const alerts = overrides.alerts ?? [notifiedAlert()];
  return {
    id: "0123456789abcdef0123456789abcdef",
    thread: "fedcba9876543210fedcba9876543210",
    sequence: 1,
    status: "firing",
    reason: "new",
    severity: "high",
    title: "FIRING: 3.4 % of the requests to api fail",
    groupLabels: { service: "api" },
    firingCount: alerts.filter(({ state }) => state === "firing").length,
    resolvedCount: alerts.filter(({ state }) => state === "resolved").length,
    createdAtMs: Date.UTC(2026, 10, 21, 3, 14, 15),
    ...overrides,
    alerts,
  };
}

export function notifiedAlert(overrides: Partial<NotifiedAlert> = {}): NotifiedAlert {
  return {
    alertId: "errors-sudden|api",
    ruleName: "errors-sudden",
    state: "firing",
    severity: "high",
    labels: { alertname: "errors-sudden", service: "api", instance: "api-1" },
    summary: "3.4 % of the requests to api fail",
    description: "in order is 0.1 %",
    runbook: "https://runbooks.example/errors-sudden",
    value: 0.034,
    startedAtMs: Date.UTC(2026, 10, 21, 3, 14, 0),
    ...overrides,
  };
}
