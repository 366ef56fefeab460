import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  startTestAlertmanager,
  type TestAlertmanager,
} from "../../../../../test/support/alertmanager.ts";
import { until } from "../../../../../test/support/until.ts";
import { alertmanagerChannel } from "../../../src/notifications/channels/alertmanager.ts";
import { type DeskFixture, startDeskFixture, transition } from "../desk-fixture.ts";
import { notification, notifiedAlert } from "../notification-fixture.ts";

/** Alerts that nobody tells again are resolved after this. */
const CONFIG = `
global: { resolve_timeout: 5m }
route: { receiver: nobody }
receivers: [{ name: nobody }]
`;

let alertmanager: TestAlertmanager;
const never = new AbortController().signal;

beforeAll(async () => {
  alertmanager = await startTestAlertmanager(CONFIG);
});
afterAll(() => alertmanager.stop());

interface GettableAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
}

async function active(service: string): Promise<readonly GettableAlert[]> {
  const filter = encodeURIComponent(`service="${service}"`);
  const answer = await fetch(`${alertmanager.url}/api/v2/alerts?filter=${filter}`);
  return (await answer.json()) as GettableAlert[];
}

const channel = (renewEveryMs?: number) =>
  alertmanagerChannel({
    name: "company",
    url: alertmanager.url,
    allowPrivateAddresses: true,
    ...(renewEveryMs === undefined ? {} : { renewEveryMs }),
  });

describe("a real Alertmanager", () => {
  test("has an alert once, however often it is told, with what it needs to know", async () => {
    const recent = {
      startedAtMs: Date.now() - 1_000,
      labels: { service: "once", "odd.name": "1" },
    };
    const told = notification({ alerts: [notifiedAlert(recent)] });
    expect(await channel().send(told, never)).toEqual({ outcome: "delivered" });
    await channel().send(told, never);
    const [alert, ...others] = await active("once");
    expect(others).toEqual([]);
    expect(alert?.labels).toEqual({
      alertname: "errors-sudden",
      severity: "high",
      service: "once",
      odd_name: "1",
    });
    expect(alert?.annotations.runbook_url).toBe("https://runbooks.example/errors-sudden");
    expect(Date.parse(alert?.startsAt ?? "")).toBe(recent.startedAtMs);
    expect(Date.parse(alert?.endsAt ?? "")).toBeGreaterThan(Date.now() + 120_000);
  });

  test("lets it go when it is told the end", async () => {
    const alert = notifiedAlert({ startedAtMs: Date.now() - 5_000, labels: { service: "ends" } });
    await channel().send(notification({ alerts: [alert] }), never);
    expect(await active("ends")).toHaveLength(1);
    const ended = { ...alert, state: "resolved" as const, endedAtMs: Date.now() - 10 };
    await channel().send(notification({ status: "resolved", alerts: [ended] }), never);
    expect(await active("ends")).toHaveLength(0);
  });

  test("refuses an alert that it cannot take, and says why", async () => {
    const endsBeforeItBegins = notifiedAlert({
      state: "resolved",
      startedAtMs: Date.now(),
      endedAtMs: 1_000,
    });
    const delivery = await channel().send(notification({ alerts: [endsBeforeItBegins] }), never);
    expect(delivery).toMatchObject({ outcome: "refused" });
    expect(delivery.outcome === "refused" && delivery.reason).toMatch(/400.*start/);
  });

  describe("that is told by a desk", () => {
    let fixture: DeskFixture;
    beforeAll(async () => {
      fixture = await startDeskFixture();
    });
    afterEach(() => fixture.reset());
    afterAll(() => fixture.stop());

    test("keeps an alert that fires for longer than it would believe without being told again", async () => {
      const desk = fixture.startDesk({
        channels: [channel(1_000)],
        route: { channels: ["company"], groupWaitMs: 0 },
      });
      desk.tell([transition({ labels: { service: "renewed" } })]);
      await until(async () => (await active("renewed")).length === 1);
      const [first] = await active("renewed");
      await until(async () => {
        const [alert] = await active("renewed");
        return Date.parse(alert?.endsAt ?? "") >= Date.parse(first?.endsAt ?? "") + 2_000;
      });
      desk.tell([
        transition({ labels: { service: "renewed" }, state: "resolved", atMs: Date.now() }),
      ]);
      await until(async () => (await active("renewed")).length === 0);
    });
  });
});
