import type { StatementProof } from "@streamgate/core";
import { expect, test } from "vitest";
import { type JudgedStatement, judge } from "../../src/proof/verdict.ts";

function judged(
  [low, point, high]: readonly [number, number, number],
  changes: Partial<StatementProof> = {},
  more: Partial<JudgedStatement> = {},
): JudgedStatement {
  return {
    proof: {
      fingerprint: "f",
      text: "select 1",
      role: "affected",
      beforeMs: [10 * point],
      afterMs: [10],
      speedupOfMedian: { point, low, high, confidence: 0.95 },
      speedupOfP95: { point, low, high, confidence: 0.95 },
      results: { kind: "identical", rows: 1 },
      planBefore: "",
      planAfter: "",
      usesFix: true,
      ...changes,
    },
    shareOfTime: 0.5,
    expectedSpeedup: 10,
    isComparable: true,
    timedOutBefore: false,
    ...more,
  };
}

const bystander = { role: "bystander", usesFix: false } as const;

test("every weighty statement surely faster is proof", () => {
  const { verdict, explanation } = judge([judged([8, 10, 12]), judged([2, 3, 4])], "speed");

  expect(verdict).toBe("proven");
  expect(explanation).toBe(
    "It saves 78 % of the affected statements' time: select 1: 100 ms → 10 ms at the median, 10× (95 % interval 8–12).",
  );
});

test("a statement whose gain is unsure is named, and does not undo the sure gain of others", () => {
  const unsure = judged([0.98, 1.29, 1.65]);
  const { verdict, explanation } = judge([judged([8, 10, 12]), unsure], "speed");

  expect(verdict).toBe("proven");
  expect(explanation).toContain("No sure gain for 1 of them, such as select 1");
});

test("a statement that may lose as much as the others surely gain is no proof", () => {
  const { verdict, explanation } = judge([judged([1.9, 2, 2.1]), judged([0.6, 1.5, 4])], "speed");

  expect(verdict).toBe("not proven");
  expect(explanation).toContain("too small or too unsure");
});

test("an unsure gain alone is no proof", () => {
  expect(judge([judged([1.1, 1.3, 1.6])], "speed").verdict).toBe("not proven");
});

test("a statement to which the advice promises next to nothing is not asked for a gain", () => {
  const promisedLittle = judged([1, 1.1, 1.2], {}, { shareOfTime: 0.9, expectedSpeedup: 1.07 });
  const meant = judged([8, 10, 12], {}, { shareOfTime: 0.01 });

  expect(judge([meant, promisedLittle], "speed")).toMatchObject({
    verdict: "proven",
    explanation: expect.stringContaining("It saves 90 %"),
  });
  const slowed = judged([0.5, 0.6, 0.7], {}, { expectedSpeedup: 1.07 });
  expect(judge([meant, slowed], "speed").verdict).toBe("harmful");
});

test("a statement of little weight may be unsure", () => {
  const light = judged([0.97, 1, 1.1], {}, { shareOfTime: 0.001 });

  expect(judge([judged([8, 10, 12]), light], "speed").verdict).toBe("proven");
});

test("a statement that does not use the fix is named and counts as unchanged", () => {
  const { verdict, explanation } = judge(
    [judged([8, 10, 12]), judged([0.9, 1, 1.1], { usesFix: false })],
    "speed",
  );

  expect(verdict).toBe("proven");
  expect(explanation).toContain("It saves 45 %");
  expect(explanation).toContain("1 affected statement does not use it.");
});

test("time saved below a tenth of the whole is no proof", () => {
  const used = judged([2, 3, 4], {}, { shareOfTime: 0.06 });
  const rest = judged([0.9, 1, 1.1], { usesFix: false }, { shareOfTime: 0.94 });

  expect(judge([used, rest], "speed")).toMatchObject({
    verdict: "not proven",
    explanation: expect.stringContaining("It saves 4 %"),
  });
});

test("an affected statement surely slower is harm", () => {
  const { verdict, explanation } = judge([judged([0.5, 0.6, 0.7])], "speed");

  expect(verdict).toBe("harmful");
  expect(explanation).toContain("It slows select 1");
});

test("a bystander much slower is harm, if it has weight", () => {
  const slow = judged([0.5, 0.6, 0.7], bystander);
  const light = judged([0.5, 0.6, 0.7], bystander, { shareOfTime: 0.001 });

  expect(judge([judged([8, 10, 12]), slow], "speed").verdict).toBe("harmful");
  expect(judge([judged([8, 10, 12]), light], "speed").verdict).toBe("proven");
});

test("a bystander a little slower is not", () => {
  const little = judged([0.85, 0.9, 0.94], bystander);

  expect(judge([judged([8, 10, 12]), little], "speed").verdict).toBe("proven");
});

test("other results are harm, however fast", () => {
  const results = { kind: "different", explanation: "1 row, then 2" } as const;

  expect(judge([judged([8, 10, 12], { results })], "speed").verdict).toBe("harmful");
  expect(judge([judged([8, 10, 12], { results }, { isComparable: false })], "speed").verdict).toBe(
    "proven",
  );
});

test("nothing run is nothing proven", () => {
  expect(judge([], "speed").verdict).toBe("not proven");
  expect(judge([], "space").verdict).toBe("not proven");
});

test("a drop is proven when nothing that used the index may get slower", () => {
  expect(judge([judged([0.9, 1, 1.1], bystander)], "space").verdict).toBe("proven");
  expect(judge([judged([0.7, 0.9, 1.1], bystander)], "space").verdict).toBe("proven");
  const user = { role: "bystander", usesFix: true } as const;
  expect(judge([judged([0.7, 0.9, 1.1], user)], "space").verdict).toBe("not proven");
  expect(judge([judged([0.1, 0.2, 0.3], bystander)], "space").verdict).toBe("harmful");
});
