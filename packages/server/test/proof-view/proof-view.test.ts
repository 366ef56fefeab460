import type { RecommendationSummary } from "@streamgate/contract";
import { describe, expect, test } from "vitest";
import { proofPage } from "../../src/proof-view/page/proof-page.ts";
import { proofView } from "../../src/proof-view/proof-view.ts";
import { aFinding, aProof, aStatementProof, aVerification } from "../support/findings.ts";

const SUMMARY: RecommendationSummary = {
  id: "index-missing-1",
  target: "shop",
  kind: "index/missing",
  severity: "high",
  state: "verified",
  stateSince: "2026-01-01T00:00:00.000Z",
  subject: "public.orders",
  summary: "public.orders is read whole to find the orders of one user",
  saved: { value: 1, unit: "ms", rung: "verified" },
  acts: [],
  href: "/recommendations/index-missing-1",
};

const WHOLE = {
  recommendation: SUMMARY,
  finding: aFinding(),
  proof: aProof(),
  verification: aVerification(),
  appliedMs: 900,
};

describe("the view of a proof", () => {
  test("lays predicted, measured and verified side by side", () => {
    const { ledger } = proofView(WHOLE);
    expect(
      ledger.map(({ what, predicted, measured, verified }) => [
        what,
        predicted.value,
        measured.value,
        verified.value,
      ]),
    ).toEqual([
      [
        "time saved in each hour",
        720_000,
        expect.closeTo(719_386.8, 0),
        expect.closeTo(804_000, -3),
      ],
      ["a call of select * from orders where user_id = $1", 0.42, 0.42, 0.5],
      ["disk space", 4_500_000, 4_620_000, null],
      ["time to apply", 1_200, 812, 900],
    ]);
    for (const { predicted, measured, verified } of ledger)
      expect([predicted.rung, measured.rung, verified.rung]).toEqual([
        "estimated",
        "measured",
        "verified",
      ]);
  });

  test("names what got worse beyond doubt, and only that", () => {
    const slow = { point: 0.5, low: 0.4, high: 0.6, confidence: 0.95 };
    const unsure = { point: 0.9, low: 0.7, high: 1.2, confidence: 0.95 };
    const proof = aProof({
      statements: [
        aStatementProof(),
        aStatementProof({
          fingerprint: "f2",
          role: "bystander",
          text: "update orders",
          speedupOfMedian: slow,
        }),
        aStatementProof({
          fingerprint: "f3",
          role: "bystander",
          text: "select 1",
          speedupOfMedian: unsure,
        }),
      ],
    });
    const harms = proofView({ ...WHOLE, proof }).sideEffects.filter(({ isHarm }) => isHarm);
    expect(harms.map(({ what, figure }) => [what, figure.value])).toEqual([
      ["time to insert a row into public.orders, after ÷ before", 1.15],
      ["more for each row that is inserted into public.orders", expect.closeTo(0.0006, 6)],
      ["of 2 other statements on the same tables got slower in the lab", 1],
      ["after ÷ before of update orders", 2],
    ]);
  });

  test("says how to take it back, last step first", () => {
    expect(proofView(WHOLE).undo).toEqual([
      "DROP INDEX CONCURRENTLY IF EXISTS public.orders_user_id",
    ]);
  });

  test("shows no value of a plan's conditions", () => {
    const view = proofView(WHOLE);
    expect(JSON.stringify(view.proof)).not.toContain("user_id = 7");
    expect(view.proof?.statements[0]?.planBefore).toContain("user_id = ?");
  });

  test("without a proof holds the estimates and nothing that was not run", () => {
    const view = proofView({ ...WHOLE, proof: null, verification: null, appliedMs: null });
    expect(view).toMatchObject({
      verdict: null,
      proof: null,
      statements: [],
      sideEffects: [],
      control: null,
    });
    expect(view.ledger[0]).toMatchObject({
      predicted: { value: 720_000 },
      measured: { value: null },
      verified: { value: null },
    });
  });

  test("draws both densities over the same times", () => {
    const { density, before, shift } = proofView(WHOLE).statements[0] ?? {};
    expect(density?.before).toHaveLength(density?.atMs.length ?? 0);
    expect(density?.after).toHaveLength(density?.atMs.length ?? 0);
    expect(Math.max(...(density?.before ?? []))).toBe(1);
    expect(before?.p50).toMatchObject({ value: 32, rung: "measured" });
    expect(shift).toHaveLength(9);
  });
});

describe("an exported proof", () => {
  test("is one file without a script, an address or a handler", () => {
    const page = proofPage(proofView(WHOLE));
    expect(page).not.toMatch(/<script|\son\w+=|https?:|<link|<img|<iframe| style=/i);
    expect(page).toContain("default-src &#39;none&#39;");
    expect(page).toContain("DROP INDEX CONCURRENTLY IF EXISTS public.orders_user_id");
  });

  test("takes hostile texts as texts", () => {
    const text = `</title></pre><script>alert(1)</script><svg onload="x">`;
    const hostile = {
      ...WHOLE,
      recommendation: { ...SUMMARY, summary: text, subject: text, target: text },
      finding: aFinding({ statements: aFinding().statements.map((one) => ({ ...one, text })) }),
      proof: aProof({
        explanation: text,
        statements: [
          aStatementProof({
            text,
            planBefore: `Seq Scan on ${text}  (cost=0.00..1.00 rows=1 width=4)`,
          }),
        ],
      }),
    };
    expect(proofPage(proofView(hostile))).not.toMatch(/<script|onload="/);
  });
});
