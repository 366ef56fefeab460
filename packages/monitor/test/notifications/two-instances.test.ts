import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startChaosProxy } from "../../../../test/support/chaos-proxy.ts";
import { until } from "../../../../test/support/until.ts";
import type { AlertingOptions } from "../../src/notifications/alerting-options.ts";
import { webhookChannel } from "../../src/notifications/channels/webhook.ts";
import { type DeskFixture, startDeskFixture, transition } from "./desk-fixture.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

let fixture: DeskFixture;
let receiver: Receiver;

beforeAll(async () => {
  fixture = await startDeskFixture();
});
afterAll(() => fixture.stop());
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  await fixture.reset();
  await receiver.stop();
});

function alerting(overrides: Partial<AlertingOptions> = {}): AlertingOptions {
  return {
    channels: [webhookChannel({ name: "hook", url: receiver.url, allowPrivateAddresses: true })],
    route: { channels: ["hook"], groupWaitMs: 50, groupIntervalMs: 200 },
    retry: { firstMs: 50, longestMs: 200 },
    ...overrides,
  };
}

describe("two instances on one database", () => {
  test("alert once, though both see the same fault at slightly different times", async () => {
    const desks = [fixture.startDesk(alerting()), fixture.startDesk(alerting())];
    await until(() => desks.some((desk) => desk.health().isLeading));
    desks[0]?.tell([transition({ startedAtMs: 1_000, atMs: 5_000 })]);
    desks[1]?.tell([transition({ startedAtMs: 1_700, atMs: 5_800 })]);
    await until(() => receiver.requests.length > 0);
    desks[0]?.tell([transition({ state: "resolved", startedAtMs: 1_000, atMs: 9_000 })]);
    desks[1]?.tell([transition({ state: "resolved", startedAtMs: 1_700, atMs: 9_500 })]);
    await until(() => receiver.notifications().some(({ status }) => status === "resolved"));
    expect(receiver.notifications().map(({ status }) => status)).toEqual(["firing", "resolved"]);
    expect(receiver.requests).toHaveLength(2);
    expect(desks.filter((desk) => desk.health().isLeading)).toHaveLength(1);
  });

  test("when the leader's session is cut, the other records what the leader did not", async () => {
    const proxy = await startChaosProxy(Number(new URL(fixture.postgres.url()).port));
    const throughProxy = new URL(fixture.postgres.url());
    throughProxy.port = String(proxy.port);
    const first = fixture.startDesk(alerting(), { connectionString: throughProxy.href });
    await until(() => first.health().isLeading);
    const second = fixture.startDesk(alerting());
    await proxy.refuse();
    const event = transition();
    first.tell([event]);
    second.tell([event]);
    await until(() => receiver.requests.length > 0);
    expect(second.health().isLeading).toBe(true);
    expect(first.health().isLeading).toBe(false);
    proxy.pass();
    await proxy.stop();
  });

  test("a leader of a former term writes nothing", async () => {
    const desk = fixture.startDesk(alerting());
    await until(() => desk.health().sinceLastPassMs !== undefined);
    await fixture.pool.query("update streamgate_monitor.leadership set term = term + 1");
    desk.tell([transition()]);
    await until(() =>
      fixture.problems.some((problem) => problem.includes("another instance leads")),
    );
    const { rows } = await fixture.pool.query("select from streamgate_monitor.alerts");
    expect(rows).toHaveLength(0);
  });

  test("a session that an administrator ended is replaced, and nothing is told twice", async () => {
    const desk = fixture.startDesk(alerting());
    await until(() => desk.health().isLeading);
    desk.tell([transition()]);
    await until(() => receiver.requests.length === 1);
    await fixture.pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'streamgate leadership'",
    );
    await until(() => desk.health().term === 2 && desk.health().sinceLastPassMs !== undefined);
    desk.tell([transition({ state: "resolved", atMs: Date.now() })]);
    await until(() => receiver.notifications().length === 2);
    expect(receiver.requests).toHaveLength(2);
  });
});
