import { describe, expect, test } from "vitest";
import {
  afterQuiet,
  assignIncidents,
  SHARED_SERVICE,
} from "../../src/incidents/assign-incidents.ts";
import type { Incident } from "../../src/incidents/incident.ts";
import type { RecordedAlert } from "../../src/notifications/recording/recorded-alert.ts";

const LIMITS = { mergeWithinMs: 600_000, quietMs: 120_000, mostOpen: 2 };
const NOW = 10_000_000;

function alert(service: string | undefined): RecordedAlert {
  return {
    alertId: `x|${service}`,
    ruleName: "x",
    state: "firing",
    severity: "high",
    labels: service === undefined ? {} : { service },
    summary: "",
    description: "",
    runbook: "",
    value: 1,
    startedAtMs: NOW,
    atMs: NOW,
    incident: undefined,
  };
}

function incident(id: string, service: string, overrides: Partial<Incident> = {}): Incident {
  return {
    id,
    service,
    title: "",
    severity: "high",
    status: "open",
    startedAtMs: NOW,
    joinedAtMs: NOW,
    quietSinceMs: undefined,
    resolvedAtMs: undefined,
    acknowledgedBy: undefined,
    acknowledgedAtMs: undefined,
    ...overrides,
  };
}

const speaking = (...services: readonly (string | undefined)[]) =>
  services.map((service) => [alert(service), undefined] as const);
const shortly = (assignments: ReturnType<typeof assignIncidents>) =>
  assignments.map((one) =>
    one.kind === "join"
      ? `join ${one.incident} ×${one.alerts.length}`
      : `open ${one.service} ×${one.alerts.length}`,
  );

describe("alerts without an incident", () => {
  test("join that of their service, or open one for all of their service", () => {
    const open = [incident("1", "api")];
    expect(shortly(assignIncidents(speaking("api", "web", "web"), open, LIMITS, NOW))).toEqual([
      "join 1 ×1",
      "open web ×2",
    ]);
  });

  test("make an incident of their own where the last alert of the other joined long ago", () => {
    const open = [incident("1", "api", { joinedAtMs: NOW - 600_001 })];
    expect(shortly(assignIncidents(speaking("api"), open, LIMITS, NOW))).toEqual(["open api ×1"]);
  });

  test("of a storm of services share one", () => {
    const many = speaking(...Array.from({ length: 1_000 }, (_, index) => `s${index}`));
    expect(shortly(assignIncidents(many, [], LIMITS, NOW))).toEqual([
      "open s0 ×1",
      "open s1 ×1",
      `open ${SHARED_SERVICE} ×998`,
    ]);
    const later = assignIncidents(
      speaking("new"),
      [incident("1", "a"), incident("2", "b"), incident("3", SHARED_SERVICE)],
      LIMITS,
      NOW,
    );
    expect(shortly(later)).toEqual(["join 3 ×1"]);
  });

  test("that are silenced or in maintenance wait; inhibited ones join and open nothing", () => {
    const muted = (kind: "silence" | "maintenance" | "inhibition", service: string) =>
      [alert(service), { kind, name: "n" }] as const;
    const open = [incident("1", "api")];
    const all = [
      muted("silence", "api"),
      muted("maintenance", "api"),
      muted("inhibition", "api"),
      muted("inhibition", "web"),
    ];
    expect(shortly(assignIncidents(all, open, LIMITS, NOW))).toEqual(["join 1 ×1"]);
  });
});

describe("an incident", () => {
  test("is over when it was quiet for long enough, and ended when its last alert did", () => {
    const quiet = afterQuiet(incident("1", "api"), false, NOW - 1_000, 120_000, NOW);
    expect(quiet).toMatchObject({ status: "open", quietSinceMs: NOW - 1_000 });
    const over = afterQuiet(quiet, false, undefined, 120_000, NOW + 120_000);
    expect(over).toMatchObject({ status: "resolved", resolvedAtMs: NOW - 1_000 });
  });

  test("goes on when an alert fires again before that", () => {
    const quiet = incident("1", "api", { quietSinceMs: NOW - 100_000 });
    expect(afterQuiet(quiet, true, undefined, 120_000, NOW).quietSinceMs).toBeUndefined();
  });
});
