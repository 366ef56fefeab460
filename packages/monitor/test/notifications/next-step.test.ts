import { describe, expect, test } from "vitest";
import {
  acknowledgeEscalation,
  beginEscalation,
  type EscalationState,
  nextStep,
  type OnCallList,
} from "../../src/notifications/escalation/next-step.ts";
import type { EscalationPolicy } from "../../src/notifications/escalation/policy.ts";
import type { Rota } from "../../src/notifications/on-call/rota.ts";

const MINUTE = 60_000;
const NOON = Date.parse("2026-02-03T12:00:00Z");

const rota = (people: readonly string[]): Rota => ({
  name: "first",
  timeZone: "UTC",
  rotation: "weekly",
  startsOn: "2026-01-05",
  people,
});

function onCall(people: readonly string[] = ["ana"]): OnCallList {
  return {
    rotas: new Map([["first", rota(people)]]),
    people: new Map(
      ["ana", "ben"].map((name) => [name, { name, channels: [`${name}-phone`] }] as const),
    ),
  };
}

const POLICY: EscalationPolicy = {
  name: "backend",
  levels: [
    { targets: [{ rota: "first" }], answerWithinMs: 5 * MINUTE },
    { targets: [{ person: "ben" }, { channel: "room" }], answerWithinMs: 10 * MINUTE },
  ],
  repeats: 1,
  whenNobody: ["room"],
};

/** Every step of a policy that nobody answers, as `minutes: whom`. */
function follow(policy: EscalationPolicy, list: OnCallList, minutes: number): readonly string[] {
  let state: EscalationState = beginEscalation(NOON);
  const told: string[] = [];
  for (let minute = 0; minute <= minutes; minute += 1) {
    const step = nextStep(policy, state, list, NOON + minute * MINUTE);
    state = step.state;
    if (step.tell.length > 0)
      told.push(`${minute}: ${step.tell.map(({ channel }) => channel).join(", ")}`);
    for (const gap of step.gaps) told.push(`${minute}: ${gap}`);
    if (step.state.state === "exhausted" && !told.includes("exhausted")) told.push("exhausted");
  }
  return told;
}

describe("an escalation", () => {
  test("goes through its levels, again as often as it says, and then is at its end", () => {
    expect(follow(POLICY, onCall(), 60)).toEqual([
      "0: ana-phone",
      "5: ben-phone, room",
      "15: ana-phone",
      "20: ben-phone, room",
      "exhausted",
    ]);
  });

  test("does not lose time where nobody is on call, and says so", () => {
    expect(follow({ ...POLICY, repeats: 0 }, onCall([]), 30)).toEqual([
      "0: ben-phone, room",
      "0: Level 1: nobody of the rota first is on call",
      "exhausted",
    ]);
  });

  test("tells a channel of its own where nobody can be found at all", () => {
    const policy = { ...POLICY, levels: POLICY.levels.slice(0, 1), repeats: 0 };
    expect(follow(policy, onCall([]), 30)).toEqual([
      "0: room",
      "0: Level 1: nobody of the rota first is on call",
      "exhausted",
    ]);
  });

  test("stops while somebody has acknowledged, and goes on when that has run out", () => {
    const policy = { ...POLICY, acknowledgedForMs: 30 * MINUTE };
    const begun = nextStep(policy, beginEscalation(NOON), onCall(), NOON).state;
    const acknowledged = acknowledgeEscalation(policy, begun, NOON + MINUTE);
    expect(nextStep(policy, acknowledged, onCall(), NOON + 30 * MINUTE).tell).toEqual([]);
    const again = nextStep(policy, acknowledged, onCall(), NOON + 31 * MINUTE);
    expect(again).toMatchObject({ isReopened: true, state: { state: "running", round: 1 } });
    expect(again.tell[0]?.channel).toBe("ana-phone");
    const forGood = acknowledgeEscalation(POLICY, begun, NOON);
    expect(nextStep(POLICY, forGood, onCall(), NOON + 1e9).tell).toEqual([]);
  });

  test("is not put off by a clock that was set back for a day", () => {
    const begun = nextStep(POLICY, beginEscalation(NOON), onCall(), NOON).state;
    const yesterday = NOON - 86_400_000;
    const clamped = nextStep(POLICY, begun, onCall(), yesterday).state;
    expect(clamped.dueAtMs - yesterday).toBeLessThanOrEqual(10 * MINUTE);
  });

  test("tells whoever is on call at that time", () => {
    const list = onCall(["ana", "ben"]);
    const handover = Date.parse("2026-02-09T09:00:00Z");
    const before = nextStep(POLICY, beginEscalation(handover - 1), list, handover - 1);
    const after = nextStep(POLICY, beginEscalation(handover), list, handover);
    expect(before.tell[0]?.person).not.toBe(after.tell[0]?.person);
  });
});
