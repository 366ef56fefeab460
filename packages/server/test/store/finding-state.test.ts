import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  advance,
  FINDING_STATES,
  STANDING_STATES,
  statesBefore,
} from "../../src/store/finding-state.ts";

describe("what may become of a finding", () => {
  test("the whole story leads from found to reverted", () => {
    const story = [
      "found",
      "proven",
      "applying",
      "applied",
      "verified",
      "reverting",
      "reverted",
      "found",
    ] as const;
    story.slice(1).forEach((to, index) => {
      expect(advance("x", story[index] ?? "found", to)).toBe(to);
    });
  });

  test("what did harm in the lab is never applied", () => {
    expect(() => advance("x", "harmful in the lab", "applying")).toThrow(
      /no step leads from there/,
    );
  });

  test("nothing is applied twice at once", () => {
    expect(() => advance("x", "applying", "applying")).toThrow();
  });

  test("nothing counts as applied that was not being applied", () => {
    expect(statesBefore("applied")).toEqual(["applying", "reverting"]);
  });

  test("nothing is reverted that does not stand", () => {
    expect(statesBefore("reverting")).toEqual(STANDING_STATES);
  });

  test("every state can be left and reached", () => {
    for (const state of FINDING_STATES) {
      expect(statesBefore(state).length, state).toBeGreaterThan(0);
      expect(
        FINDING_STATES.some((to) => statesBefore(to).includes(state)),
        state,
      ).toBe(true);
    }
  });

  test("whatever is asked, a fix that stands was applied before", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...FINDING_STATES), { maxLength: 30 }), (wishes) => {
        let state: (typeof FINDING_STATES)[number] = "found";
        let wasApplying = false;
        for (const wish of wishes) {
          if (!statesBefore(wish).includes(state)) continue;
          state = wish;
          wasApplying ||= state === "applying";
          if (STANDING_STATES.includes(state)) expect(wasApplying).toBe(true);
        }
      }),
    );
  });
});
