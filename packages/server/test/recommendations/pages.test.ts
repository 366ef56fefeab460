import type { RecommendationSummary } from "@streamgate/contract";
import { SEVERITIES } from "@streamgate/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { actsOf } from "../../src/recommendations/acts-of.ts";
import { cursorOf, placeFrom, type RecommendationSort } from "../../src/recommendations/order.ts";
import { pageOf } from "../../src/recommendations/page-of.ts";
import type { Recommendation } from "../../src/recommendations/recommendation.ts";
import { FINDING_STATES } from "../../src/store/finding-state.ts";
import { aFinding } from "../support/findings.ts";

function aRecommendation(
  change: Partial<RecommendationSummary>,
  more: Partial<Recommendation> = {},
): Recommendation {
  const summary: RecommendationSummary = {
    id: "f1",
    target: "shop",
    kind: "index/missing",
    severity: "high",
    state: "found",
    stateSince: "2026-01-01T00:00:00.000Z",
    subject: "public.orders",
    summary: "public.orders is read whole",
    saved: { value: 1, unit: "ms", rung: "estimated" },
    acts: [],
    href: "",
    ...change,
  };
  return { summary, finding: aFinding(), isGone: false, isTold: false, ...more };
}

const SORTS: readonly RecommendationSort[] = ["saved", "severity", "age", "state"];

const recommendations = fc
  .array(
    fc.record({
      severity: fc.constantFrom(...SEVERITIES),
      state: fc.constantFrom(...FINDING_STATES),
      // Few values: many ties.
      saved: fc.constantFrom(null, -1, 0, 5, 1e9),
      day: fc.integer({ min: 1, max: 3 }),
      target: fc.constantFrom("shop", "büro/1"),
    }),
    { maxLength: 40 },
  )
  .map((list) =>
    list.map(({ saved, day, ...rest }, index) =>
      aRecommendation({
        ...rest,
        id: `f${index}`,
        stateSince: `2026-01-0${day}T00:00:00.000Z`,
        saved: { value: saved, unit: "ms", rung: "estimated" },
      }),
    ),
  );

describe("pages of recommendations", () => {
  test("walked through with any limit show each once, in one order", () => {
    fc.assert(
      fc.property(
        recommendations,
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom(...SORTS),
        (all, limit, sort) => {
          const whole = pageOf(all, { sort, limit: 500 }).items.map(({ id }) => id);
          const walked: string[] = [];
          let after: string | null = null;
          do {
            const page = pageOf(all, { sort, limit, ...(after === null ? {} : { after }) });
            walked.push(...page.items.map(({ id }) => id));
            expect(page.total).toBe(all.length);
            after = page.next;
          } while (after !== null);
          expect(walked).toEqual(whole);
          expect(new Set(walked).size).toBe(all.length);
        },
      ),
    );
  });

  test("are not confused by one that goes between two pages", () => {
    const all = ["a", "b", "c", "d", "e"].map((id, index) =>
      aRecommendation({ id, saved: { value: 100 - index, unit: "ms", rung: "estimated" } }),
    );
    const first = pageOf(all, { limit: 2 });
    const second = pageOf(
      all.filter(({ summary }) => summary.id !== "b"),
      { limit: 2, after: first.next ?? "" },
    );
    expect(second.items.map(({ id }) => id)).toEqual(["c", "d"]);
  });

  test("refuse a cursor that is of another order, or of nobody", () => {
    const cursor = cursorOf("saved", [1, 1, "shop", "f1"]);
    expect(placeFrom("saved", cursor)).toEqual([1, 1, "shop", "f1"]);
    expect(() => placeFrom("age", cursor)).toThrow(expect.objectContaining({ status: 400 }));
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => placeFrom("saved", text)).toThrow(expect.objectContaining({ status: 400 }));
      }),
    );
  });

  test("hold what the filter says, and count every state whatever it says", () => {
    const all = [
      aRecommendation({ id: "a", state: "proven" }),
      aRecommendation({ id: "b", state: "dismissed" }),
      aRecommendation({
        id: "c",
        kind: "memory/leak",
        target: "media",
        severity: "low",
        summary: "The heap grows",
      }),
      aRecommendation({ id: "d" }, { isGone: true }),
    ];
    const ids = (query: Parameters<typeof pageOf>[1]): readonly string[] =>
      pageOf(all, query).items.map(({ id }) => id);
    expect(ids({})).toEqual(["c", "a", "b"]);
    expect(ids({ state: "open" })).toEqual(["c", "a"]);
    expect(ids({ state: "proven,dismissed" })).toEqual(["a", "b"]);
    expect(ids({ kind: "index" })).toEqual(["a", "b"]);
    expect(ids({ kind: "memory/leak" })).toEqual(["c"]);
    expect(ids({ kind: "mem" })).toEqual([]);
    expect(ids({ severity: "medium" })).toEqual(["a", "b"]);
    expect(ids({ target: "media" })).toEqual(["c"]);
    expect(ids({ search: "HEAP" })).toEqual(["c"]);
    expect(pageOf(all, { state: "open" }).states).toEqual({ proven: 1, dismissed: 1, found: 1 });
    expect(() => ids({ state: "lost" })).toThrow(expect.objectContaining({ status: 400 }));
  });
});

describe("the acts of a recommendation", () => {
  const mendable = { hasFix: true, isProvable: true, isReachable: true, isGone: false };

  test("lead out of every state but those in which something is under way", () => {
    const stuck = FINDING_STATES.filter((state) => actsOf(state, mendable).length === 0);
    expect(stuck).toEqual(["applying", "reverting"]);
  });

  test("never apply what did harm in the lab, or what is gone, or what cannot be reached", () => {
    expect(actsOf("harmful in the lab", mendable)).toEqual(["prove", "dismiss"]);
    for (const lack of [{ isGone: true }, { isReachable: false }])
      expect(actsOf("proven", { ...mendable, ...lack })).toEqual(["dismiss"]);
    expect(actsOf("found", { ...mendable, hasFix: false, isProvable: false })).toEqual(["dismiss"]);
  });

  test("prove another way of asking, which nobody applies for the code", () => {
    expect(actsOf("proven", { ...mendable, hasFix: false })).toEqual(["prove", "dismiss"]);
  });
});
