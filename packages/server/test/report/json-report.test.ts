import { expect, test } from "vitest";
import { jsonReportOf } from "../../src/report/json-report.ts";
import { aVerification } from "../support/findings.ts";
import { stateAfter, WHOLE_STORY } from "../support/turn-states.ts";

/** Every object that holds a `value`, wherever it is. */
function figuresIn(value: unknown): readonly Record<string, unknown>[] {
  if (typeof value !== "object" || value === null) return [];
  const record = value as Record<string, unknown>;
  return [
    ...("value" in record ? [record] : []),
    ...Object.values(record).flatMap((item) => figuresIn(item)),
  ];
}

test("every figure carries its unit and its rung", () => {
  const figures = figuresIn(jsonReportOf(stateAfter(WHOLE_STORY), []));
  expect(figures.length).toBeGreaterThan(25);
  for (const figure of figures) {
    expect(figure.unit).toEqual(expect.any(String));
    expect(["estimated", "measured", "verified"]).toContain(figure.rung);
  }
});

test("nothing is called verified that production did not confirm", () => {
  const unsure = aVerification({ verdict: "inconclusive" });
  const events = WHOLE_STORY.map((event) =>
    event.kind === "verification" ? { ...event, verification: unsure } : event,
  );
  const rungs = figuresIn(jsonReportOf(stateAfter(events), [])).map(({ rung }) => rung);
  expect(rungs).not.toContain("verified");
});

test("it is plain data without a password", () => {
  const state = stateAfter([
    ...WHOLE_STORY,
    { at: "", kind: "warning", message: "see postgresql://me:s3cret@db/shop" },
  ]);
  const text = JSON.stringify(jsonReportOf(state, []));
  expect(text).toContain("postgresql://me:***@db/shop");
  expect(text).not.toContain("s3cret");
});
