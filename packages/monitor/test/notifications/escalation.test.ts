import { systemClock } from "@streamgate/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { Incidents } from "../../src/incidents/incidents.ts";
import { type AlertingOptions, resolveAlerting } from "../../src/notifications/alerting-options.ts";
import { webhookChannel } from "../../src/notifications/channels/webhook.ts";
import { Silences } from "../../src/notifications/muting/silence-store.ts";
import { type DeskFixture, manualClock, startDeskFixture, transition } from "./desk-fixture.ts";
import { type Receiver, startReceiver } from "./receiver.ts";

const MINUTE = 60_000;
let fixture: DeskFixture;
let ana: Receiver;
let ben: Receiver;
let room: Receiver;

beforeAll(async () => {
  fixture = await startDeskFixture();
});
afterAll(() => fixture.stop());
beforeEach(async () => {
  [ana, ben, room] = await Promise.all([startReceiver(), startReceiver(), startReceiver()]);
});
afterEach(async () => {
  await fixture.reset();
  await Promise.all([ana.stop(), ben.stop(), room.stop()]);
});

const hook = (name: string, to: Receiver) =>
  webhookChannel({ name, url: to.url, allowPrivateAddresses: true });

function alerting(): AlertingOptions {
  return {
    channels: [hook("ana", ana), hook("ben", ben), hook("room", room)],
    route: { channels: ["room"], escalation: "backend", groupWaitMs: 0 },
    people: [
      { name: "Ana", channels: ["ana"] },
      { name: "Ben", channels: ["ben"] },
    ],
    escalations: [
      {
        name: "backend",
        levels: [
          { targets: [{ person: "Ana" }], answerWithinMs: 5 * MINUTE },
          { targets: [{ person: "Ben" }], answerWithinMs: 5 * MINUTE },
        ],
        repeats: 0,
      },
    ],
    incidents: { quietMs: 2 * MINUTE },
  };
}

function start(clock = manualClock(Date.parse("2026-11-21T03:00:00Z"))) {
  const desk = fixture.startDesk(alerting(), { clock });
  const { rules } = resolveAlerting(alerting());
  const incidents = new Incidents({
    pool: fixture.pool,
    clock,
    policies: () => rules.escalation.policies,
    giveUpAfterMs: () => rules.giveUpAfterMs,
  });
  const nowMs = () => clock.now().getTime();
  return { desk, incidents, clock, nowMs };
}

const statuses = (receiver: Receiver) => receiver.notifications().map(({ status }) => status);

describe("an incident that wakes somebody", () => {
  test("goes up until somebody acknowledges, and tells everybody who was asked of the end", async () => {
    const { desk, incidents, clock, nowMs } = start();
    desk.tell([transition({ atMs: nowMs() })]);
    await until(() => ana.requests.length === 1 && room.requests.length === 1);
    clock.advance(5 * MINUTE + 1);
    await until(() => ben.requests.length === 1);
    const [incident] = await incidents.list();
    await incidents.acknowledge(incident?.id ?? "", "Ben");
    await until(() => ana.requests.length === 2 && ben.requests.length === 2);
    expect(statuses(ana)).toEqual(["firing", "acknowledged"]);
    clock.advance(60 * MINUTE);
    desk.tell([transition({ state: "resolved", atMs: nowMs() })]);
    await until(() => statuses(room).includes("resolved"));
    clock.advance(2 * MINUTE + 1);
    await until(() => statuses(ben).includes("resolved") && statuses(ana).includes("resolved"));
    const { timeline, incident: after } = await incidents.get(incident?.id ?? "");
    expect(after.status).toBe("resolved");
    expect(timeline.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining([
        "opened",
        "alert-firing",
        "escalated",
        "acknowledged",
        "notified",
        "alert-resolved",
        "resolved",
      ]),
    );
  });

  test("whose acknowledgement is taken back begins anew with the first level", async () => {
    const { desk, incidents, nowMs } = start();
    desk.tell([transition({ atMs: nowMs() })]);
    await until(() => ana.requests.length === 1);
    const [incident] = await incidents.list();
    const id = incident?.id ?? "";
    await incidents.acknowledge(id, "Ana");
    await until(() => ana.requests.length === 2);
    await incidents.unacknowledge(id, "Ana");
    await until(() => ana.requests.length === 3);
    expect(statuses(ana)).toEqual(["firing", "acknowledged", "firing"]);
  });

  test("that gets worse after it was acknowledged wakes somebody again", async () => {
    const { desk, incidents, nowMs } = start();
    desk.tell([transition({ atMs: nowMs(), severity: "medium" })]);
    await until(() => ana.requests.length === 1);
    const [incident] = await incidents.list();
    await incidents.acknowledge(incident?.id ?? "", "Ana");
    await until(() => ana.requests.length === 2);
    desk.tell([transition({ ruleName: "service-down", severity: "critical", atMs: nowMs() })]);
    await until(() => ana.requests.length === 3);
    expect(statuses(ana)).toEqual(["firing", "acknowledged", "firing"]);
    expect((await incidents.list())[0]).toMatchObject({ severity: "critical", status: "open" });
  });

  test("stays asleep while nothing fires any more, and nobody further is woken", async () => {
    const { desk, clock, nowMs } = start();
    desk.tell([transition({ atMs: nowMs() })]);
    await until(() => ana.requests.length === 1);
    clock.advance(4.5 * MINUTE);
    desk.tell([transition({ state: "resolved", atMs: nowMs() })]);
    await until(() => statuses(room).includes("resolved"));
    clock.advance(1.5 * MINUTE);
    await until(() => desk.health().sinceLastPassMs !== undefined);
    clock.advance(MINUTE);
    await until(() => statuses(ana).includes("resolved"));
    expect(ben.requests).toHaveLength(0);
  });
});

describe("a silence", () => {
  test("keeps everybody asleep, and lets them hear what fires when it ends", async () => {
    const { desk, incidents, clock, nowMs } = start();
    const silences = new Silences(fixture.pool, clock);
    const silence = await silences.create({
      matchers: [{ label: "service", is: "api" }],
      fromMs: nowMs(),
      toMs: nowMs() + 60 * MINUTE,
      author: "Ana",
      comment: "a new disk",
    });
    desk.tell([
      transition({ atMs: nowMs() }),
      transition({ labels: { service: "web" }, atMs: nowMs() }),
    ]);
    await until(() => room.requests.length === 1 && ana.requests.length === 1);
    expect(room.notifications()[0]?.groupLabels).toEqual({ service: "web" });
    await silences.expire(silence.id);
    clock.advance(3_000);
    await until(() => room.requests.length === 2 && ana.requests.length === 2);
    expect((await incidents.list()).map(({ service }) => service)).toEqual(["api", "web"]);
    expect(await silences.list()).toEqual([]);
  });

  test.each([
    [{ matchers: [] }, "matchers"],
    [{ toMs: 0 }, "toMs"],
    [{ author: " " }, "author"],
    [{ comment: "" }, "comment"],
  ])("with %j is refused by name", async (wrong, named) => {
    const request = {
      matchers: [{ label: "a", is: "b" }],
      fromMs: 1,
      toMs: 2,
      author: "a",
      comment: "c",
    };
    const silences = new Silences(fixture.pool, systemClock);
    await expect(silences.create({ ...request, ...wrong })).rejects.toThrow(named);
  });
});

test("what a service that is down explains joins its incident and wakes nobody of its own", async () => {
  const { desk, incidents, nowMs } = start();
  desk.tell([transition({ ruleName: "service-down", severity: "critical", atMs: nowMs() })]);
  await until(() => ana.requests.length === 1);
  desk.tell([transition({ ruleName: "responses-slow", severity: "medium", atMs: nowMs() })]);
  const [incident] = await incidents.list();
  await until(async () => (await incidents.get(incident?.id ?? "")).alerts.length === 2);
  expect(await incidents.list()).toHaveLength(1);
  expect(room.requests).toHaveLength(1);
  expect(ana.requests).toHaveLength(1);
});
