import type { Finding, Fix, Interval, Proof, StatementProof, Verification } from "@streamgate/core";

/** Findings, proofs and verifications as the advisor makes them, for tests. */
export function aFix(name = "orders_user_id"): Fix {
  return {
    summary: `index ${name} on public.orders (user_id)`,
    steps: [
      {
        kind: "sql",
        apply: `CREATE INDEX CONCURRENTLY IF NOT EXISTS ${name} ON public.orders (user_id)`,
        revert: `DROP INDEX CONCURRENTLY IF EXISTS public.${name}`,
        lock: "SHARE UPDATE EXCLUSIVE",
        isTransactional: false,
      },
    ],
    risk: "low",
    riskReason: "it is built without blocking writes",
    expectedDurationMs: 1_200,
    expectedSizeBytes: 4_500_000,
  };
}

export function aFinding(change: Partial<Finding> = {}): Finding {
  return {
    id: "index-missing-1",
    kind: "index/missing",
    subject: { database: "shop", object: "public.orders" },
    severity: "high",
    summary: "public.orders is read whole to find the orders of one user",
    savedMsPerHour: 720_000,
    statements: [
      {
        fingerprint: "f1",
        text: "select * from orders where user_id = $1",
        calls: 1_200,
        shareOfTime: 0.43,
        meanMs: 34.1,
        expectedMeanMs: 0.42,
      },
    ],
    evidence: [
      {
        name: "index size",
        value: 4_500_000,
        unit: "bytes",
        rung: "estimated",
        source: "twin",
        at: "2026-01-01T00:00:00.000Z",
      },
    ],
    fix: aFix(),
    ...change,
  };
}

function anInterval(point: number): Interval {
  return { point, low: point * 0.9, high: point * 1.1, confidence: 0.95 };
}

export function aStatementProof(change: Partial<StatementProof> = {}): StatementProof {
  return {
    fingerprint: "f1",
    text: "select * from orders where user_id = $1",
    role: "affected",
    beforeMs: [30, 31, 32, 33, 40],
    afterMs: [0.4, 0.41, 0.42, 0.5, 0.9],
    speedupOfMedian: anInterval(76),
    speedupOfP95: anInterval(44),
    results: { kind: "identical", rows: 12 },
    planBefore:
      "Seq Scan on orders  (cost=0.00..18334.00 rows=10 width=97) (actual time=0.012..31.2 rows=12 loops=1)\n  Filter: (user_id = 7)\n  Rows Removed by Filter: 999988",
    planAfter:
      "Index Scan using orders_user_id on orders  (cost=0.42..12.60 rows=10 width=97) (actual time=0.02..0.04 rows=12 loops=1)\n  Index Cond: (user_id = 7)",
    usesFix: true,
    ...change,
  };
}

export function aProof(change: Partial<Proof> = {}): Proof {
  return {
    verdict: "proven",
    explanation: "It saves 98 % of the affected statements' time.",
    lab: {
      kind: "copy",
      address: "127.0.0.1:6000/lab",
      serverVersion: "18.4",
      tables: [{ table: "public.orders", rows: 1_000_000, share: 1 }],
    },
    statements: [aStatementProof()],
    predictedSizeBytes: 4_500_000,
    realSizeBytes: 4_620_000,
    buildMs: 812,
    writeCost: {
      table: "public.orders",
      rows: 1_000,
      beforeUs: 4,
      afterUs: 4.6,
      ratio: anInterval(1.15),
    },
    startedAt: "2026-01-01T00:00:00.000Z",
    durationMs: 9_000,
    seed: 42,
    ...change,
  };
}

export function aVerification(change: Partial<Verification> = {}): Verification {
  return {
    verdict: "verified",
    explanation: "The statement takes a 70th of the time.",
    before: { from: "2026-01-01T00:00:00.000Z", to: "2026-01-01T00:01:00.000Z", windows: 6 },
    after: { from: "2026-01-01T00:02:00.000Z", to: "2026-01-01T00:03:00.000Z", windows: 6 },
    statements: [
      {
        fingerprint: "f1",
        text: "select * from orders where user_id = $1",
        role: "target",
        callsBefore: 400,
        callsAfter: 410,
        meanBeforeMs: 34,
        meanAfterMs: 0.5,
        speedup: anInterval(68),
      },
    ],
    targetMsPerHour: { before: 816_000, after: 12_300 },
    control: { statements: 9, drift: anInterval(1) },
    ...change,
  };
}
