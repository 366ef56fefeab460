import { describe, expect, test } from "vitest";
import { type CauseInput, rankCauses } from "../../src/incidents/causes/rank-causes.ts";
import type { Change } from "../../src/incidents/change.ts";
import type { ReportedFinding } from "../../src/incidents/incident.ts";
import type { RecordedAlert } from "../../src/notifications/recording/recorded-alert.ts";

const START = Date.parse("2026-11-21T03:00:00Z");
const MINUTE = 60_000;

function alert(
  ruleName: string,
  startedAtMs = START,
  labels: RecordedAlert["labels"] = {},
): RecordedAlert {
  return {
    alertId: `${ruleName}|${JSON.stringify(labels)}`,
    ruleName,
    state: "firing",
    severity: "high",
    labels: { service: "api", ...labels },
    summary: `${ruleName} of api`,
    description: "",
    runbook: "",
    value: 1,
    startedAtMs,
    atMs: startedAtMs,
    incident: "1",
  };
}

function change(
  id: string,
  kind: Change["kind"],
  minutesBefore: number,
  labels: Change["labels"],
): Change {
  return { id, kind, atMs: START - minutesBefore * MINUTE, summary: id, labels };
}

const causes = (input: Partial<CauseInput>) =>
  rankCauses({
    alerts: [alert("errors-sudden")],
    otherAlerts: [],
    changes: [],
    findings: [],
    ...input,
  });
const idsOf = (input: Partial<CauseInput>) => causes(input).map(({ id }) => id);

describe("likely causes", () => {
  test("are the nearest change to what broke, before older ones and those elsewhere", () => {
    expect(
      idsOf({
        changes: [
          change("old deploy", "deploy", 90, { service: "api" }),
          change("deploy elsewhere", "deploy", 2, { service: "web" }),
          change("fresh deploy", "deploy", 3, { service: "api" }),
          change("scaling", "scaling", 3, { service: "api" }),
        ],
      })[0],
    ).toBe("fresh deploy");
  });

  test("lie before the start, but for what clocks and polls differ", () => {
    expect(
      idsOf({
        changes: [
          change("after", "deploy", -1, { service: "api" }),
          change("a second after", "deploy", -1 / 60, { service: "api" }),
          change("yesterday", "deploy", 24 * 60, { service: "api" }),
        ],
      }),
    ).toEqual(["a second after"]);
  });

  test("stand upstream: the database before the latency that it makes, and never the other way round", () => {
    const slow = alert("responses-slow", START);
    const database = alert("database-slow", START - 10_000, { db_system_name: "postgresql" });
    const [first, ...others] = causes({ alerts: [slow, database] });
    expect(first?.id).toBe(database.alertId);
    expect(first?.reason).toMatch(/database-slow began 10 s before one alert further down/);
    expect(others).toEqual([]);
  });

  test("may belong to another incident: a database that two services share", () => {
    const database = {
      ...alert("database-failing", START - 5_000),
      incident: "2",
      labels: { service: "billing", db_system_name: "postgresql" },
    };
    const [cause] = causes({ otherAlerts: [database] });
    expect(cause).toMatchObject({ kind: "alert", id: database.alertId });
  });

  test("are no alerts that began after what they would explain", () => {
    const database = alert("database-slow", START + MINUTE, { db_system_name: "postgresql" });
    expect(causes({ alerts: [alert("responses-slow"), database] })).toEqual([]);
  });

  test("may be findings, which come when they are sure", () => {
    const leak: ReportedFinding = {
      id: "leak",
      service: "api",
      instance: "api-1",
      kind: "memory/leak",
      severity: "high",
      summary: "memory grows",
      remedy: "",
      firstSeenMs: START + 5 * MINUTE,
      lastSeenMs: START + 10 * MINUTE,
    };
    const [cause] = causes({ findings: [leak, { ...leak, id: "elsewhere", service: "web" }] });
    expect(cause).toMatchObject({ kind: "finding", id: "leak" });
    expect(cause?.reason).toContain("after the start in api-1");
  });

  test("have a score from 0 to 1 and say why in a sentence", () => {
    const all = causes({
      changes: Array.from({ length: 30 }, (_, index) =>
        change(`c${index}`, "deploy", index, { service: "api" }),
      ),
    });
    expect(all).toHaveLength(10);
    for (const { score, reason } of all) {
      expect(score).toBeGreaterThan(0);
      expect(score).toBeLessThanOrEqual(1);
      expect(reason).toMatch(/^A deploy .* before the start|together with the start/);
    }
  });

  test("of an incident without alerts are unknown", () => {
    expect(causes({ alerts: [] })).toEqual([]);
  });
});
