import type { SourceHealth } from "@streamgate/contract";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { objectiveOf } from "../../src/figures/now-figures.ts";
import { DEFAULT_OBJECTIVES } from "../../src/platform/platform-configuration.ts";
import { amountText } from "../../src/verdict/amount-text.ts";
import { type Evidence, type JudgedFigure, judge } from "../../src/verdict/judge.ts";

type Values = Evidence["values"];

const WELL: Values = {
  latency: 12,
  throughput: 120,
  errors: 0,
  cache: 0.99,
  database: 2,
  cpu: 0.2,
};
const UNITS = {
  latency: "ms",
  throughput: "per second",
  errors: "ratio",
  cache: "ratio",
  database: "ms",
  cpu: "ratio",
} as const;
const AGENT: SourceHealth = {
  id: "agent:1",
  kind: "agent",
  name: "shop",
  state: "fresh",
  readAt: null,
  ageMs: 100,
  problem: null,
};

function evidence(values: Partial<Values> = {}, more: Partial<Evidence> = {}): Evidence {
  const all = { ...WELL, ...values };
  const ids = Object.keys(UNITS) as (keyof typeof UNITS)[];
  return {
    values: all,
    figures: ids.map(
      (id): JudgedFigure => ({
        id,
        unit: UNITS[id],
        value: all[id],
        objective: objectiveOf(id, all[id], DEFAULT_OBJECTIVES),
      }),
    ),
    alerts: [],
    incidents: [],
    incidentCauses: new Map(),
    sources: [AGENT],
    timeCauses: {},
    ...more,
  };
}

describe("the verdict", () => {
  test("is well where every objective is met, and says by which figures", () => {
    expect(judge(evidence())).toEqual({
      state: "well",
      sentence: "All is well: 95 of 100 requests take at most 12 ms, none fails, at 120 a second.",
      cause: null,
    });
  });

  test("names the figure that is furthest beyond its objective, with its cause and share", () => {
    const cause = {
      summary: "PostgreSQL has most of the requests' time.",
      share: 0.62,
      href: "/queries",
    };
    const verdict = judge(
      evidence({ latency: 118, cpu: 0.55 }, { timeCauses: { latency: cause } }),
    );
    expect(verdict.state).toBe("degraded");
    expect(verdict.sentence).toBe(
      "Requests are slow: the 95th percentile is 118 ms, where at most 50 ms is wanted; one more objective is missed.",
    );
    expect(verdict.cause).toEqual({
      summary: cause.summary,
      share: { value: 0.62, unit: "ratio", rung: "measured" },
      href: "/queries",
    });
  });

  test.each([
    [{ latency: 600 }, "broken"],
    [{ errors: 0.2 }, "broken"],
    [{ errors: 0.004 }, "degraded"],
    [{ cache: 0.1 }, "degraded"],
    [{ cpu: 0.99 }, "degraded"],
  ] as const)("is as bad as what users see: %j is %s", (values, state) => {
    expect(judge(evidence(values)).state).toBe(state);
  });

  test("tells a paging alert before a small miss, and where its incident leads", () => {
    const verdict = judge(
      evidence(
        { cpu: 0.6 },
        {
          alerts: [
            { severity: "critical", summary: "shop is gone", incident: "7", startedAtMs: 1 },
          ],
          incidentCauses: new Map([["7", { summary: "deploy 1.4.2, two minutes before" }]]),
        },
      ),
    );
    expect(verdict).toEqual({
      state: "broken",
      sentence: "shop is gone.",
      cause: { summary: "deploy 1.4.2, two minutes before", share: null, href: "/incidents/7" },
    });
  });

  test("is unknown where no agent answers, whatever was read before", () => {
    const lost: SourceHealth = { ...AGENT, state: "lost", problem: "connection refused" };
    const verdict = judge(evidence({}, { sources: [lost] }));
    expect(verdict.state).toBe("unknown");
    expect(verdict.sentence).toBe("Nothing is known of the service: its agent does not answer.");
    expect(verdict.cause?.summary).toContain("connection refused");
  });

  test("is not well where one of several sources is lost", () => {
    const lost: SourceHealth = {
      ...AGENT,
      id: "redis:a",
      kind: "redis",
      name: "redis a",
      state: "lost",
    };
    const { state, sentence } = judge(evidence({}, { sources: [AGENT, lost] }));
    expect(state).toBe("degraded");
    expect(sentence).toContain("redis a does not answer");
  });

  test("is never well where an objective is missed, and never anything but unknown where nothing is read", () => {
    const value = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: null });
    fc.assert(
      fc.property(
        fc.record({
          latency: value,
          throughput: value,
          errors: value,
          cache: value,
          database: value,
          cpu: value,
        }),
        (values) => {
          const given = evidence(values);
          const { state, sentence } = judge(given);
          const isAnyMissed = given.figures.some(({ objective }) => objective?.isMet === false);
          if (isAnyMissed) expect(state).not.toBe("well");
          expect(state === "unknown").toBe(Object.values(values).every((one) => one === null));
          expect(sentence).toMatch(/^[A-Z].*\.$/);
          expect(sentence).not.toMatch(/NaN|Infinity|undefined|null/);
        },
      ),
    );
  });
});

test.each([
  [0, "ms", "0 ms"],
  [0.1234, "ms", "0.123 ms"],
  [12.345, "ms", "12.3 ms"],
  [1_234, "ms", "1.23 s"],
  [0.0042, "ratio", "0.42 %"],
  [1_500_000, "bytes", "1.5 MB"],
  [120.4, "a second", "120 a second"],
])("%s %s is said as %s", (value, unit, text) => {
  expect(amountText(value, unit)).toBe(text);
});
