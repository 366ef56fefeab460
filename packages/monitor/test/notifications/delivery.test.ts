import { systemClock } from "@streamgate/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import type { AlertingOptions } from "../../src/notifications/alerting-options.ts";
import { resolveAlerting } from "../../src/notifications/alerting-options.ts";
import { webhookChannel } from "../../src/notifications/channels/webhook.ts";
import { CHANNEL_TROUBLE } from "../../src/notifications/queue/channel-trouble.ts";
import { Letters } from "../../src/notifications/queue/letters.ts";
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

function hook(name = "hook", to: Receiver = receiver) {
  return webhookChannel({ name, url: to.url, allowPrivateAddresses: true });
}

function alerting(overrides: Partial<AlertingOptions> = {}): AlertingOptions {
  return {
    channels: [hook()],
    route: { channels: ["hook"], groupWaitMs: 0, groupIntervalMs: 0 },
    retry: { firstMs: 50, longestMs: 100, refusalGiveUpAfterMs: 200 },
    ...overrides,
  };
}

describe("delivery", () => {
  test("is tried until it succeeds, and nothing of one group overtakes", async () => {
    let failures = 4;
    receiver.answer((_, response) => {
      failures -= 1;
      if (failures > 2) response.writeHead(503).end();
      else if (failures >= 0) response.destroy();
      else response.writeHead(204).end();
    });
    const desk = fixture.startDesk(alerting());
    desk.tell([transition()]);
    await until(() => receiver.requests.length > 0);
    desk.tell([transition({ state: "resolved", atMs: Date.now() })]);
    await until(() => receiver.notifications().length === 2);
    const order = receiver.requests.map(
      ({ body }) => (JSON.parse(body) as { status: string }).status,
    );
    expect(order).toEqual(["firing", "firing", "firing", "firing", "firing", "resolved"]);
  });

  test("waits for as long as a receiver asks for", async () => {
    receiver.answer((_, response) => {
      response.writeHead(receiver.requests.length === 1 ? 429 : 204, { "retry-after": "1" }).end();
    });
    fixture.startDesk(alerting()).tell([transition()]);
    await until(() => receiver.requests.length === 2);
    const [first, second] = receiver.requests;
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(950);
  });

  test("to a slow receiver does not hold up another one", async () => {
    const slow = await startReceiver();
    slow.answer(() => undefined);
    const channels = [hook(), hook("slow", slow)];
    const route = { channels: ["slow", "hook"], groupWaitMs: 0 };
    fixture.startDesk(alerting({ channels, route })).tell([transition()]);
    await until(() => slow.requests.length === 1 && receiver.requests.length === 1);
    await slow.stop();
  });

  test("that is refused becomes a dead letter, which other channels tell and people can send again", async () => {
    const broken = await startReceiver();
    broken.answer((_, response) => response.writeHead(401).end("who are you?"));
    const desk = fixture.startDesk(
      alerting({
        channels: [hook(), hook("broken", broken)],
        route: { channels: ["broken"], groupWaitMs: 0 },
      }),
    );
    desk.tell([transition()]);
    await until(() =>
      receiver.notifications().some(({ alerts }) => alerts[0]?.ruleName === CHANNEL_TROUBLE),
    );
    const letters = new Letters(fixture.pool, systemClock, () => 60_000);
    const [letter] = await letters.dead();
    expect(letter).toMatchObject({ channel: "broken", lastError: "it answered 401: who are you?" });
    broken.answer((_, response) => response.writeHead(204).end());
    await letters.retry(letter?.id ?? "");
    await until(async () => (await letters.dead()).length === 0);
    // The channel delivers again: the alert about it ends.
    await until(() => receiver.notifications().some(({ status }) => status === "resolved"));
    await expect(letters.retry("12345")).rejects.toThrow("there is none");
    await broken.stop();
  });

  test("of 10,000 alerts of as many services is a few messages", async () => {
    const storm = Array.from({ length: 10_000 }, (_, index) =>
      transition({ labels: { service: `service-${index}` } }),
    );
    const desk = fixture.startDesk(
      alerting({ route: { channels: ["hook"], groupWaitMs: 0, mostGroups: 10 } }),
    );
    await until(() => desk.health().isLeading);
    desk.tell(storm);
    await until(() => receiver.notifications().length === 11);
    const told = receiver.notifications();
    expect(told.reduce((sum, { firingCount }) => sum + firingCount, 0)).toBe(10_000);
    for (const { alerts } of told) expect(alerts.length).toBeLessThanOrEqual(50);
    desk.tell(storm.map((alert) => ({ ...alert, state: "resolved", atMs: Date.now() })));
    await until(
      () => receiver.notifications().filter(({ status }) => status === "resolved").length === 11,
    );
    const { rows } = await fixture.pool.query(
      "select count(*)::int as count from streamgate_monitor.incidents",
    );
    expect(rows[0].count).toBeLessThanOrEqual(21);
  });

  test("keeps to a channel's rate", async () => {
    const many = Array.from({ length: 15 }, (_, index) =>
      transition({ labels: { service: `service-${index}` } }),
    );
    const desk = fixture.startDesk(alerting({ rateLimit: { burst: 5, everyMs: 60_000 } }));
    desk.tell(many);
    await until(() => receiver.requests.length === 5);
    await until(async () => {
      const [backlog] = await new Letters(fixture.pool, systemClock, () => 1).backlog();
      return backlog?.waiting === 10;
    });
    expect(receiver.requests).toHaveLength(5);
  });

  test("goes on after a change of the configuration, to those who were told and to the new ones", async () => {
    const other = await startReceiver();
    const desk = fixture.startDesk(alerting());
    desk.tell([transition()]);
    await until(() => receiver.requests.length === 1);
    await desk.reload(
      resolveAlerting(
        alerting({
          channels: [hook(), hook("other", other)],
          route: {
            channels: ["hook"],
            groupWaitMs: 0,
            routes: [{ match: [{ label: "service", is: "api" }], channels: ["other"] }],
          },
        }),
      ),
    );
    await until(() => other.requests.length === 1);
    desk.tell([transition({ state: "resolved", atMs: Date.now() })]);
    await until(() => other.notifications().length === 2 && receiver.notifications().length === 2);
    expect(receiver.notifications().map(({ status }) => status)).toEqual(["firing", "resolved"]);
    await other.stop();
  });

  test("is nothing new after a restart", async () => {
    const first = fixture.startDesk(alerting());
    const event = transition();
    first.tell([event]);
    await until(() => receiver.requests.length === 1);
    await first.stop();
    const second = fixture.startDesk(alerting());
    second.tell([event]);
    await until(() => second.health().sinceLastPassMs !== undefined);
    second.tell([transition({ ruleName: "another", labels: { service: "web" } })]);
    await until(() => receiver.requests.length === 2);
    expect(receiver.notifications()[1]?.groupLabels).toEqual({ service: "web" });
  });
});

describe("hostile alerts", () => {
  test("with characters that no database takes are told all the same", async () => {
    const desk = fixture.startDesk(alerting());
    desk.tell([
      transition({
        labels: { service: "a\0b\uD800'; drop table x; --" },
        summary: `\0${"x".repeat(100_000)}`,
        value: Number.NaN,
      }),
      transition({ labels: { service: "web" }, startedAtMs: Number.NaN }),
    ]);
    await until(() => receiver.notifications().length === 2);
    expect(fixture.problems).toEqual([]);
    const [hostile] = receiver
      .notifications()
      .filter(({ alerts }) => alerts[0]?.labels.service !== "web");
    expect(hostile?.alerts[0]?.labels.service).toBe("a\uFFFDb\uFFFD'; drop table x; --");
    expect(hostile?.alerts[0]?.summary.length).toBe(1_000);
  });
});
