import { parseStatement } from "../../src/workload/parse-statement.ts";
import type { Statement, Workload } from "../../src/workload/workload.ts";

/** A workload of texts with nothing measured, for what looks at the texts alone. */
export function workloadOf(texts: readonly string[]): Workload {
  return {
    window: {
      source: "counters since reset",
      from: null,
      to: "2026-01-01T00:00:00Z",
      durationMs: 3_600_000,
    },
    statements: texts.map(statementOf),
    declined: [],
  };
}

function statementOf(text: string): Statement {
  const parse = parseStatement(text);
  if (parse.outcome === "declined") throw new Error(`${text}: ${parse.explanation}`);
  const { fingerprint, kind, parameterCount } = parse.statement;
  return {
    fingerprint,
    text: parse.statement.text,
    kind,
    parameterCount,
    queryIds: [],
    calls: 1,
    totalMs: 1,
    meanMs: 1,
    rows: 1,
    relations: [],
    samples: [
      { values: Array.from({ length: parameterCount }, () => null), weight: 1, origin: "typical" },
    ],
  };
}
