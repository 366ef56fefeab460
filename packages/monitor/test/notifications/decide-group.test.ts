import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideGroup, type GroupMember } from "../../src/notifications/grouping/decide-group.ts";
import type { RecordedAlert } from "../../src/notifications/recording/recorded-alert.ts";

const ROUTE = { groupIntervalMs: 30_000, repeatIntervalMs: 3_600_000, tellsResolved: true };
const NOTHING_TOLD = { notifiedAtMs: undefined, toldSeverity: undefined };

function alert(overrides: Partial<RecordedAlert> = {}): RecordedAlert {
  return {
    alertId: "a",
    ruleName: "errors-high",
    state: "firing",
    severity: "high",
    labels: {},
    summary: "s",
    description: "",
    runbook: "",
    value: 1,
    startedAtMs: 1_000,
    atMs: 2_000,
    incident: undefined,
    ...overrides,
  };
}

function member(overrides: Partial<GroupMember> = {}): GroupMember {
  return { alert: alert(), toldStartedAtMs: undefined, mutedBy: undefined, ...overrides };
}

const ids = (alerts: readonly RecordedAlert[] | undefined) => alerts?.map(({ alertId }) => alertId);

describe("a group", () => {
  test("is told at its first look, and remembered", () => {
    const decision = decideGroup(ROUTE, NOTHING_TOLD, [member()], 5_000);
    expect(decision.news?.reason).toBe("new");
    expect(ids(decision.news?.firing)).toEqual(["a"]);
    expect(ids(decision.told)).toEqual(["a"]);
  });

  test("waits for the interval with what joins later, unless that is worse", () => {
    const told = { notifiedAtMs: 10_000, toldSeverity: "high" as const };
    const standing = member({ toldStartedAtMs: 1_000 });
    const joining = (severity: RecordedAlert["severity"]) =>
      member({ alert: alert({ alertId: "b", severity }) });
    const waiting = decideGroup(ROUTE, told, [standing, joining("high")], 15_000);
    expect(waiting).toMatchObject({ news: undefined, nextDueMs: 40_000 });
    expect(decideGroup(ROUTE, told, [standing, joining("high")], 40_000).news?.reason).toBe(
      "changed",
    );
    const worse = decideGroup(ROUTE, told, [standing, joining("critical")], 15_000);
    expect(ids(worse.news?.firing)).toEqual(["b", "a"]);
  });

  test("tells the end of everything at once, and is over", () => {
    const told = { notifiedAtMs: 10_000, toldSeverity: "high" as const };
    const ended = member({ alert: alert({ state: "resolved" }), toldStartedAtMs: 1_000 });
    const decision = decideGroup(ROUTE, told, [ended], 11_000);
    expect(decision.news).toMatchObject({ reason: "resolved", firing: [] });
    expect(decision.nextDueMs).toBeUndefined();
  });

  test("says nothing of what began and ended before it was told", () => {
    const decision = decideGroup(
      ROUTE,
      NOTHING_TOLD,
      [member({ alert: alert({ state: "resolved" }) })],
      5_000,
    );
    expect(decision).toMatchObject({ news: undefined, nextDueMs: undefined });
  });

  test("tells a new stretch of firing of what was told before", () => {
    const told = { notifiedAtMs: 10_000, toldSeverity: "high" as const };
    const again = member({ alert: alert({ startedAtMs: 50_000 }), toldStartedAtMs: 1_000 });
    expect(ids(decideGroup(ROUTE, told, [again], 60_000).told)).toEqual(["a"]);
  });

  test("keeps quiet about what is muted, and tells it as soon as it is not", () => {
    const muted = member({ mutedBy: "silence 1" });
    const quiet = decideGroup(ROUTE, NOTHING_TOLD, [muted], 5_000);
    expect(quiet.news).toBeUndefined();
    expect(quiet.nextDueMs).toBe(7_000);
    expect(decideGroup(ROUTE, NOTHING_TOLD, [member()], 7_000).news?.reason).toBe("new");
  });

  test("tells the end of what was told, though it is silenced by then", () => {
    const told = { notifiedAtMs: 10_000, toldSeverity: "high" as const };
    const ended = member({
      alert: alert({ state: "resolved" }),
      toldStartedAtMs: 1_000,
      mutedBy: "silence 1",
    });
    expect(decideGroup(ROUTE, told, [ended], 50_000).news?.reason).toBe("resolved");
  });

  test("that goes on firing is told again after the repeat interval, unless it is silenced", () => {
    const told = { notifiedAtMs: 10_000, toldSeverity: "high" as const };
    const standing = member({ toldStartedAtMs: 1_000 });
    expect(decideGroup(ROUTE, told, [standing], 3_609_999).news).toBeUndefined();
    expect(decideGroup(ROUTE, told, [standing], 3_610_000).news?.reason).toBe("repeated");
    const silenced = { ...standing, mutedBy: "silence 1" };
    expect(decideGroup(ROUTE, told, [silenced], 3_610_000).news).toBeUndefined();
  });

  test("does not wait for a time that a clock set back has put far ahead", () => {
    const told = { notifiedAtMs: 90_000_000, toldSeverity: "high" as const };
    const members = [
      member({ toldStartedAtMs: 1_000 }),
      member({ alert: alert({ alertId: "b" }) }),
    ];
    expect(decideGroup(ROUTE, told, members, 15_000).news?.reason).toBe("changed");
  });

  test("whose route does not tell ends lets them go in silence", () => {
    const told = { notifiedAtMs: 10_000, toldSeverity: "high" as const };
    const ended = member({ alert: alert({ state: "resolved" }), toldStartedAtMs: 1_000 });
    const decision = decideGroup({ ...ROUTE, tellsResolved: false }, told, [ended], 11_000);
    expect(decision).toMatchObject({ news: undefined, nextDueMs: undefined });
  });
});

test("whatever happens, each stretch of firing is told at most once, and only told ones are told to have ended", () => {
  const step = fc.record({
    id: fc.constantFrom("a", "b", "c"),
    act: fc.constantFrom("fire", "resolve", "mute", "speak"),
    waitMs: fc.integer({ min: 0, max: 60_000 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const alerts = new Map<string, RecordedAlert>();
      const muted = new Set<string>();
      let members = new Map<string, number | undefined>();
      let history: Parameters<typeof decideGroup>[1] = NOTHING_TOLD;
      let nowMs = 1_000_000;
      const toldFiring = new Set<string>();
      const toldEnded = new Set<string>();
      for (const { id, act, waitMs } of steps) {
        nowMs += waitMs;
        const before = alerts.get(id);
        if (act === "fire" && before?.state !== "firing") {
          alerts.set(id, alert({ alertId: id, startedAtMs: nowMs, atMs: nowMs }));
          if (!members.has(id)) members.set(id, undefined);
        }
        if (act === "resolve" && before?.state === "firing")
          alerts.set(id, { ...before, state: "resolved", atMs: nowMs });
        if (act === "mute") muted.add(id);
        if (act === "speak") muted.delete(id);
        const present = [...members].flatMap(([alertId, toldStartedAtMs]) => {
          const one = alerts.get(alertId);
          const mutedBy = muted.has(alertId) ? "silence" : undefined;
          return one === undefined ? [] : [{ alert: one, toldStartedAtMs, mutedBy }];
        });
        if (present.length === 0) continue;
        const decision = decideGroup(ROUTE, history, present, nowMs);
        for (const one of decision.told) {
          const episode = `${one.alertId}@${one.startedAtMs}`;
          expect(toldFiring.has(episode)).toBe(false);
          expect(muted.has(one.alertId)).toBe(false);
          toldFiring.add(episode);
          members.set(one.alertId, one.startedAtMs);
        }
        for (const one of decision.news?.resolved ?? []) {
          expect(members.get(one.alertId)).toBeDefined();
          const episode = `${one.alertId}@${one.startedAtMs}`;
          expect(toldEnded.has(episode)).toBe(false);
          toldEnded.add(episode);
        }
        for (const one of decision.left) members.delete(one.alertId);
        if (decision.news !== undefined)
          history = {
            notifiedAtMs: nowMs,
            toldSeverity: decision.news.firing.length > 0 ? "high" : undefined,
          };
        if (decision.nextDueMs === undefined) {
          members = new Map();
          history = NOTHING_TOLD;
        }
      }
    }),
  );
});
