import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type PagerDutyEvent,
  pagerDutyChannel,
  pagerDutyEvent,
} from "../../../src/notifications/channels/pagerduty.ts";
import { notification, notifiedAlert } from "../notification-fixture.ts";
import { type Receiver, startReceiver } from "../receiver.ts";

const KEY = "0123456789abcdef0123456789abcdef";
const never = new AbortController().signal;
let pagerDuty: Receiver;
/** Alerts that stand at PagerDuty, by their key: what its Events API v2 does with events. */
let standing: Map<string, string>;

beforeEach(async () => {
  standing = new Map();
  pagerDuty = await startReceiver();
  pagerDuty.answer(({ body }, response) => {
    const event = JSON.parse(body) as PagerDutyEvent;
    const isValid =
      event.routing_key === KEY &&
      event.dedup_key.length <= 255 &&
      (event.event_action !== "trigger" ||
        (event.payload !== undefined && event.payload.summary.length <= 1_024));
    if (!isValid) {
      const answer = { status: "invalid event", message: "Event object is invalid", errors: [] };
      response.writeHead(400).end(JSON.stringify(answer));
      return;
    }
    if (event.event_action === "resolve") standing.delete(event.dedup_key);
    else if (event.event_action === "acknowledge") {
      if (standing.has(event.dedup_key)) standing.set(event.dedup_key, "acknowledged");
    } else standing.set(event.dedup_key, event.payload?.severity ?? "");
    const answer = { status: "success", message: "Event processed", dedup_key: event.dedup_key };
    response.writeHead(202).end(JSON.stringify(answer));
  });
});
afterEach(() => pagerDuty.stop());

const channel = () =>
  pagerDutyChannel({
    name: "duty",
    routingKey: KEY,
    url: `${pagerDuty.url}/v2/enqueue`,
    allowPrivateAddresses: true,
  });

test("a trigger told twice is one alert; an acknowledgement and the end find it", async () => {
  const first = await channel().send(notification(), never);
  expect(first).toMatchObject({
    outcome: "delivered",
    receipt: `streamgate-${notification().thread}`,
  });
  await channel().send(notification(), never);
  await channel().send(notification({ sequence: 2, reason: "changed" }), never);
  expect([...standing.values()]).toEqual(["error"]);
  await channel().send(notification({ status: "acknowledged" }), never);
  expect([...standing.values()]).toEqual(["acknowledged"]);
  await channel().send(notification({ status: "resolved" }), never);
  expect(standing.size).toBe(0);
});

test.each([
  ["critical", "critical"],
  ["high", "error"],
  ["medium", "warning"],
  ["low", "warning"],
  ["info", "info"],
] as const)("the severity %s is PagerDuty's %s", (severity, theirs) => {
  expect(pagerDutyEvent(notification({ severity }), KEY).payload?.severity).toBe(theirs);
});

test("10,000 alerts with long texts are one event below PagerDuty's 512 KB", async () => {
  const alerts = Array.from({ length: 50 }, () =>
    notifiedAlert({ summary: "x".repeat(100_000), labels: { service: "y".repeat(100_000) } }),
  );
  const event = pagerDutyEvent(
    notification({ alerts, firingCount: 10_000, title: "z".repeat(9_999) }),
    KEY,
  );
  expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(512 * 1024);
  expect(event.payload?.custom_details.not_listed).toBe(9_980);
});

test("a key that is none is refused without being repeated", () => {
  expect(() => pagerDutyChannel({ name: "duty", routingKey: "my-secret" })).toThrow(
    "duty.routingKey",
  );
  expect(() => pagerDutyChannel({ name: "duty", routingKey: "my-secret" })).not.toThrow(
    "my-secret",
  );
});

test("a 429 is tried again, a 400 is a refusal", async () => {
  pagerDuty.answer((_, response) => response.writeHead(429).end());
  expect(await channel().send(notification(), never)).toMatchObject({ outcome: "failed" });
  pagerDuty.answer((_, response) => response.writeHead(400).end("{}"));
  expect(await channel().send(notification(), never)).toMatchObject({ outcome: "refused" });
});
