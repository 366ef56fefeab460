import type { Finding, Proof } from "@streamgate/core";
import { expect, it } from "vitest";
import { ledgerOfSavings } from "../../src/choice/saving-ledger.ts";

/** A finding that promises to take 9 of 10 ms from a thousand calls an hour. */
const FINDING: Finding = {
  id: "idx-1",
  kind: "index/missing",
  subject: { database: "shop", object: "public.songs" },
  severity: "high",
  summary: "",
  savedMsPerHour: 9_000,
  saved: { point: 9_000, low: 7_000, high: 9_800, confidence: 0.9 },
  statements: [
    {
      fingerprint: "f",
      text: "select 1",
      calls: 1_000,
      shareOfTime: 1,
      meanMs: 10,
      expectedMeanMs: 1,
    },
  ],
  evidence: [],
};

function proofOf(speedup: number): Proof {
  const interval = { point: speedup, low: speedup, high: speedup, confidence: 0.95 };
  return {
    verdict: "proven",
    explanation: "",
    lab: { kind: "copy", address: "", serverVersion: "18", tables: [] },
    statements: [
      {
        fingerprint: "f",
        text: "select 1",
        role: "affected",
        beforeMs: [],
        afterMs: [],
        speedupOfMedian: interval,
        speedupOfP95: interval,
        results: { kind: "identical", rows: 1 },
        planBefore: "",
        planAfter: "",
        usesFix: true,
      },
    ],
    predictedSizeBytes: 1,
    realSizeBytes: 1,
    buildMs: 1,
    startedAt: "2026-01-01T00:00:00Z",
    durationMs: 1,
    seed: 1,
  };
}

it("lays what was predicted beside what the lab measured", () => {
  const ledger = ledgerOfSavings(
    [5, 1.25].map((speedup) => ({
      finding: FINDING,
      proof: proofOf(speedup),
      verification: null,
    })),
  );
  expect(ledger.entries).toMatchObject([
    { predictedShare: 0.9, measuredShare: 0.8, rung: "measured", isWithinInterval: true },
    { predictedShare: 0.9, isWithinInterval: false },
  ]);
  expect(ledger.entries[0]?.ratio).toBeCloseTo(9 / 8);
  expect(ledger.entries[1]?.ratio).toBeCloseTo(4.5);
  expect(ledger).toMatchObject({ shareWithinBand: 0.5, shareWithinInterval: 0.5 });
});

it("counts production before a lab, and knows nothing where neither was asked", () => {
  const verification = {
    verdict: "verified",
    explanation: "",
    before: { from: "", to: "", windows: 1 },
    after: { from: "", to: "", windows: 1 },
    statements: [
      {
        fingerprint: "f",
        text: "select 1",
        role: "target",
        callsBefore: 1,
        callsAfter: 1,
        meanBeforeMs: 10,
        meanAfterMs: 1,
        speedup: { point: 10, low: 9, high: 11, confidence: 0.95 },
      },
    ],
    targetMsPerHour: { before: 1, after: 1 },
    control: { statements: 0, drift: { point: 1, low: 1, high: 1, confidence: 0.95 } },
  } as const;
  const proof = proofOf(1.25);
  const [entry] = ledgerOfSavings([{ finding: FINDING, proof, verification }]).entries;
  expect(entry).toMatchObject({ rung: "verified", ratio: 1 });
  expect(ledgerOfSavings([{ finding: FINDING, proof: null, verification: null }])).toEqual({
    entries: [],
    shareWithinBand: null,
    shareWithinInterval: null,
    medianRatio: null,
  });
});
