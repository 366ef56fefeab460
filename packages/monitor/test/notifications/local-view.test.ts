import { describe, expect, test } from "vitest";
import { CHANNEL_TROUBLE } from "../../src/notifications/queue/channel-trouble.ts";
import { LocalView } from "../../src/notifications/recording/local-view.ts";
import { mergeTransition } from "../../src/notifications/recording/merge-transition.ts";
import type { RecordedAlert } from "../../src/notifications/recording/recorded-alert.ts";
import { transition } from "./desk-fixture.ts";

function recorded(overrides: Partial<RecordedAlert> = {}): RecordedAlert {
  const { state: _, ...alert } = transition({ startedAtMs: 1_000, atMs: 5_000 });
  return { ...alert, state: "firing", incident: undefined, ...overrides };
}

describe("a transition beside what is recorded", () => {
  const firing = (atMs: number) => transition({ startedAtMs: atMs - 4_000, atMs });
  const resolved = (atMs: number) => transition({ state: "resolved", startedAtMs: 1_000, atMs });

  test.each([
    ["the first", undefined, firing(5_000), "news"],
    ["the same fault, seen a little later by another server", recorded(), firing(5_800), "same"],
    ["its end", recorded(), resolved(9_000), "news"],
    ["its end, told again", recorded({ state: "resolved", atMs: 9_000 }), resolved(9_400), "same"],
    ["the next fault", recorded({ state: "resolved", atMs: 9_000 }), firing(20_000), "news"],
    ["a fault that is over", recorded({ state: "resolved", atMs: 9_000 }), firing(5_800), "stale"],
    ["an end from before it began", recorded({ atMs: 20_000 }), resolved(9_000), "stale"],
    ["an end of what never began", undefined, resolved(9_000), "stale"],
    ["what is only pending", undefined, transition({ state: "pending" }), "stale"],
  ] as const)("%s", (_, before, told, expected) => {
    expect(mergeTransition(before, told)).toBe(expected);
  });
});

describe("what an instance sees itself", () => {
  const map = (...alerts: readonly RecordedAlert[]) =>
    new Map(alerts.map((alert) => [alert.alertId, alert]));

  test("is recorded when it differs for a while, and not before", () => {
    const view = new LocalView();
    view.tell([transition()]);
    const closed = map(recorded({ state: "resolved", atMs: 6_000 }));
    expect(view.differences(closed, true, 10_000)).toEqual([]);
    expect(view.differences(closed, true, 29_999)).toEqual([]);
    expect(view.differences(closed, true, 30_000)).toMatchObject([
      { state: "firing", atMs: 30_000 },
    ]);
  });

  test("ends an alert that it never saw, once it has watched for long enough", () => {
    const view = new LocalView();
    const open = map(recorded());
    for (const nowMs of [0, 30_000]) expect(view.differences(open, false, nowMs)).toEqual([]);
    expect(view.differences(open, true, 40_000)).toEqual([]);
    expect(view.differences(open, true, 60_000)).toMatchObject([{ state: "resolved" }]);
  });

  test("says nothing about channels: whoever delivers knows", () => {
    const view = new LocalView();
    const open = map(recorded({ ruleName: CHANNEL_TROUBLE }));
    view.differences(open, true, 0);
    expect(view.differences(open, true, 60_000)).toEqual([]);
  });

  test("begins to count anew when the difference went away in between", () => {
    const view = new LocalView();
    view.tell([transition()]);
    const closed = map(recorded({ state: "resolved", atMs: 6_000 }));
    view.differences(closed, true, 10_000);
    view.differences(map(recorded()), true, 20_000);
    expect(view.differences(closed, true, 35_000)).toEqual([]);
  });

  test("is not kept for ever", () => {
    const view = new LocalView();
    view.tell([transition({ state: "resolved", atMs: 1_000 })]);
    view.prune(3_602_000);
    expect(view.all()).toEqual([]);
  });
});
