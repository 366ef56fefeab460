import type { Finding } from "@streamgate/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { until } from "../../../../test/support/until.ts";
import {
  createMonitor,
  type Monitor,
  type MonitorOptions,
  parseRules,
  webhookChannel,
} from "../../src/index.ts";
import { type Receiver, startReceiver } from "../notifications/receiver.ts";
import { type FakeProcess, startFakeProcess } from "./fake-process.ts";

const RULES = parseRules([
  {
    name: "errors-sudden",
    kind: "sequential",
    severity: "high",
    summary: "{value} of the requests to {service} fail",
    of: { name: "http_server_request_duration_seconds" },
    bad: { where: [{ label: "http_response_status_code", matches: "5.." }] },
    allowedShare: 0.001,
    noticeShare: 0.01,
    clearWindowMs: 2_000,
    clearForMs: 0,
    leastFiringMs: 0,
  },
  {
    name: "handles-leaking",
    kind: "finding",
    severity: "medium",
    least: "low",
    clearForMs: 0,
    leastFiringMs: 0,
  },
]);

let postgres: TestPostgres;
let database: string;
let receiver: Receiver;
let watched: FakeProcess;
const monitors: Monitor[] = [];
let databases = 0;

beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
});
afterAll(() => postgres.stop());
beforeEach(async () => {
  databases += 1;
  database = await postgres.createDatabase(`monitor_${databases}`);
  [receiver, watched] = await Promise.all([startReceiver(), startFakeProcess("api")]);
});
afterEach(async () => {
  await Promise.all(monitors.splice(0).map((monitor) => monitor.stop()));
  await Promise.all([receiver.stop(), watched.stop()]);
});

async function start(overrides: Partial<MonitorOptions> = {}): Promise<Monitor> {
  const monitor = await createMonitor({
    database,
    targets: [{ url: watched.url }],
    rules: RULES,
    evaluateEveryMs: 200,
    collection: { intervalMs: 200 },
    alerting: {
      channels: [webhookChannel({ name: "hook", url: receiver.url, allowPrivateAddresses: true })],
      route: { channels: ["hook"], groupWaitMs: 0 },
    },
    ...overrides,
  });
  monitors.push(monitor);
  return monitor;
}

const statuses = () => receiver.notifications().map(({ status }) => status);

describe("a monitor", () => {
  test("follows a fault from the watched process to the webhook and into an incident, and to its end", async () => {
    const monitor = await start();
    await until(() => monitor.health().targets[0]?.isUp === true);
    watched.failShare(0.5);
    await until(() => receiver.requests.length === 1);
    expect(receiver.notifications()[0]).toMatchObject({
      status: "firing",
      severity: "high",
      groupLabels: { service: "api" },
      incident: { id: "1" },
    });
    expect((await monitor.alerts()).map(({ ruleName }) => ruleName)).toEqual(["errors-sudden"]);
    watched.failShare(0);
    await until(() => statuses().includes("resolved"));
    expect(await monitor.incidents.postMortem("1")).toContain("# Incident 1: ");
    expect(monitor.health()).toMatchObject({ isHealthy: true, alerting: { isLeading: true } });
    const families = monitor.metrics.collect().map(({ name }) => name);
    expect(families).toContain("streamgate_monitor_notification_attempts");
    await until(async () => {
      const windows = await monitor.history?.read({
        selector: { name: "up", where: [{ label: "service", is: "api" }] },
        fromMs: 0,
        toMs: Date.now() + 1_000,
      });
      return (windows?.[0]?.points.length ?? 0) > 0;
    });
  });

  test("takes a deploy before a fault for its likeliest cause", async () => {
    const monitor = await start();
    await until(() => monitor.health().targets[0]?.isUp === true);
    watched.deploy("2");
    await until(async () => (await monitor.incidents.changes(0, Date.now() + 1_000)).length === 1);
    watched.failShare(0.5);
    await until(() => receiver.requests.length === 1);
    const { causes, timeline } = await monitor.incidents.get("1");
    expect(causes[0]).toMatchObject({ kind: "change", summary: "api 2 was deployed" });
    expect(timeline[0]).toMatchObject({ kind: "change" });
  });

  test("tells findings that a process reports, until it does not report them any more", async () => {
    const finding: Finding = {
      id: "leak",
      kind: "handle/leak",
      subject: { database: "", object: "api/api-1" },
      severity: "medium",
      summary: "Timers grow by 18,000 an hour without end",
      savedMsPerHour: 0,
      statements: [],
      evidence: [],
      remedy: "Clear each timer.",
    };
    const monitor = await start();
    watched.report([finding]);
    await until(() => receiver.requests.length === 1);
    expect(receiver.notifications()[0]?.alerts[0]?.ruleName).toBe("handles-leaking");
    watched.report([]);
    await until(() => statuses().includes("resolved"));
    expect(monitor.pending()).toEqual([]);
  });

  test("that is stopped and started again goes on where it stood, and tells nothing twice", async () => {
    const first = await start();
    watched.failShare(0.5);
    await until(() => receiver.requests.length === 1);
    await first.stop();
    const second = await start();
    await until(
      () => second.health().alerting.isLeading && second.health().targets[0]?.isUp === true,
    );
    watched.failShare(0);
    await until(() => statuses().includes("resolved"));
    expect(statuses()).toEqual(["firing", "resolved"]);
  });

  test("beside another one tells once, and either may go", async () => {
    const pair = await Promise.all([start(), start()]);
    await until(() => pair.some((monitor) => monitor.health().alerting.isLeading));
    watched.failShare(0.5);
    await until(() => receiver.requests.length === 1);
    await pair.find((monitor) => monitor.health().alerting.isLeading)?.stop();
    watched.failShare(0);
    await until(() => statuses().includes("resolved"));
    expect(receiver.requests).toHaveLength(2);
  });

  test("goes on with other targets, rules and channels", async () => {
    const other = await startReceiver();
    const monitor = await start({ rules: [] });
    watched.failShare(0.5);
    await until(() => monitor.health().targets[0]?.isUp === true);
    await monitor.reload({
      rules: RULES,
      alerting: {
        channels: [webhookChannel({ name: "other", url: other.url, allowPrivateAddresses: true })],
        route: { channels: ["other"], groupWaitMs: 0 },
      },
    });
    await until(() => other.requests.length === 1);
    await monitor.reload({ targets: [] });
    await until(() => monitor.health().targets.length === 0);
    expect(receiver.requests).toHaveLength(0);
    await other.stop();
  });

  test("refuses what cannot be before anything has begun", async () => {
    await expect(start({ database: "mysql://here" })).rejects.toThrow("database");
    await expect(start({ evaluateEveryMs: 1 })).rejects.toThrow("evaluateEveryMs");
    await expect(start({ alerting: { route: { channels: ["nobody"] } } })).rejects.toThrow(
      "nobody",
    );
    await expect(start({ database: "postgresql://127.0.0.1:1/none" })).rejects.toThrow(
      "ECONNREFUSED",
    );
  });
});
