import type { Finding, Random } from "@streamgate/core";
import type { StatementCounters } from "../../src/snapshot/snapshot.ts";
import type { StatementWindow } from "../../src/snapshot/statement-window.ts";
import type { Statement, Workload } from "../../src/workload/workload.ts";

/** One statement of an invented workload. */
export interface Invented {
  readonly name: string;
  readonly table: string;
  readonly kind?: Statement["kind"];
  readonly callsAWindow: number;
  readonly meanMs: number;
}

export const ORDERS = { schema: "public", name: "orders" };

/** One target on `orders` and five statements on other tables. */
export const SHOP: readonly Invented[] = [
  { name: "target", table: "orders", callsAWindow: 200, meanMs: 40 },
  ...[1, 2, 3, 4, 5].map((at) => ({
    name: `control ${at}`,
    table: `other_${at}`,
    callsAWindow: 60 * at,
    meanMs: 0.2 * 3 ** at,
  })),
];

export function workloadOf(invented: readonly Invented[]): Workload {
  return {
    window: {
      source: "counters since reset",
      from: null,
      to: "2026-01-01T00:00:00Z",
      durationMs: 1,
    },
    statements: invented.map(({ name, table, kind = "select", callsAWindow, meanMs }) => ({
      fingerprint: name,
      text: `${kind} of ${table}: ${name}`,
      queryIds: [`${name}/1`, `${name}/2`],
      kind,
      calls: callsAWindow,
      totalMs: callsAWindow * meanMs,
      meanMs,
      rows: callsAWindow,
      relations: [{ schema: "public", name: table }],
      parameterCount: 0,
      samples: [],
    })),
    declined: [],
  };
}

export function findingOf(invented: readonly Invented[], ...targets: readonly string[]): Finding {
  return {
    id: "finding",
    kind: "index/missing",
    subject: { database: "shop", object: "public.orders" },
    severity: "high",
    summary: "an index is missing",
    savedMsPerHour: 1,
    statements: invented
      .filter(({ name }) => targets.includes(name))
      .map(({ name, callsAWindow, meanMs }) => ({
        fingerprint: name,
        text: `select of orders: ${name}`,
        calls: callsAWindow,
        shareOfTime: 0.5,
        meanMs,
        expectedMeanMs: meanMs / 5,
      })),
    evidence: [],
  };
}

/** Windows of a minute with noise of about a tenth; `factorOf` makes a statement slower or faster. */
export function windowsOf(
  invented: readonly Invented[],
  count: number,
  random: Random,
  factorOf: (statement: Invented, window: number) => number = () => 1,
): StatementWindow[] {
  return Array.from({ length: count }, (_, window) => ({
    from: `2026-01-01T00:${String(window).padStart(2, "0")}:00Z`,
    to: `2026-01-01T00:${String(window + 1).padStart(2, "0")}:00Z`,
    durationMs: 60_000,
    counters: invented.flatMap((statement) =>
      [1, 2].map((entry) => {
        const calls = Math.round((statement.callsAWindow / 2) * (0.8 + 0.4 * random.next()));
        const meanMs = statement.meanMs * factorOf(statement, window) * (0.9 + 0.2 * random.next());
        return countersOf(`${statement.name}/${entry}`, calls, meanMs);
      }),
    ),
    warnings: [],
  }));
}

function countersOf(queryId: string, calls: number, meanMs: number): StatementCounters {
  return {
    queryId,
    isTopLevel: true,
    text: "",
    calls,
    totalMs: calls * meanMs,
    meanMs,
    stddevMs: 0,
    minMs: meanMs,
    maxMs: meanMs,
    rows: calls,
    sharedBlocksHit: 0,
    sharedBlocksRead: 0,
    tempBlocksWritten: 0,
    walBytes: 0,
  };
}
