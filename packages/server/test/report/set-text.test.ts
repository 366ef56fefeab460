import type { SetProof } from "@streamgate/pg-advisor";
import { expect, test } from "vitest";
import { setLines } from "../../src/report/set-text.ts";
import { paintFor } from "../../src/report/text/paint.ts";
import { aFinding, aProof } from "../support/findings.ts";
import { stateAfter, WHOLE_STORY } from "../support/turn-states.ts";

const { findings } = stateAfter(WHOLE_STORY);
const { id } = aFinding();

function textOf(set: SetProof | null): string {
  return setLines(set, findings, 100, paintFor(false)).join("\n").replace(/\s+/g, " ");
}

test("the report says what the fixes do together, and what each adds to the others", () => {
  const text = textOf({
    kept: [id, "another"],
    members: [{ finding: id, proof: aProof(), isKept: true }],
    whole: aProof({ explanation: "Both are worth it." }),
  });
  expect(text).toContain("Together (measured, 2 fixes kept)");
  expect(text).toContain("All 2 at once: Both are worth it.");
  expect(text).toMatch(/public\.orders, beside the others: \S+ \(.*\) for one statement\./);
  expect(text).not.toContain("Slower");
});

test("the report names what is taken out, and what all of them slow down", () => {
  const [statement] = aProof().statements;
  if (statement === undefined) throw new Error("the proof has no statement");
  const slower = {
    ...statement,
    speedupOfMedian: { point: 0.5, low: 0.4, high: 0.6, confidence: 0.95 },
  };
  const text = textOf({
    kept: ["another"],
    members: [{ finding: id, proof: aProof({ explanation: "it adds nothing." }), isKept: false }],
    whole: { ...aProof(), statements: [slower] },
  });
  expect(text).toMatch(/is taken out\. it adds nothing\./);
  expect(text).toContain("Slower with all of them:");
  expect(textOf(null)).toBe("");
});
