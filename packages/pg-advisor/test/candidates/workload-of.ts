import { parseStatement } from "../../src/workload/parse-statement.ts";
import type { ParameterSample, Statement, Workload } from "../../src/workload/workload.ts";

/** A statement with what is known of its calls. */
export interface Known {
  readonly text: string;
  readonly samples?: readonly ParameterSample[];
  readonly calls?: number;
  readonly totalMs?: number;
}

/** A workload of texts with nothing measured, for what looks at the texts alone. */
export function workloadOf(statements: readonly (string | Known)[]): Workload {
  return {
    window: {
      source: "counters since reset",
      from: null,
      to: "2026-01-01T00:00:00Z",
      durationMs: 3_600_000,
    },
    statements: statements.map((one) => statementOf(typeof one === "string" ? { text: one } : one)),
    declined: [],
  };
}

/** Samples as a file gives them: each row one call's values. */
export function given(...rows: readonly (readonly string[])[]): readonly ParameterSample[] {
  return rows.map((values) => ({ values, weight: 1 / rows.length, origin: "given" }));
}

function statementOf({ text, samples, calls = 1, totalMs = 1 }: Known): Statement {
  const parse = parseStatement(text);
  if (parse.outcome === "declined") throw new Error(`${text}: ${parse.explanation}`);
  const { fingerprint, kind, parameterCount } = parse.statement;
  const unknown = Array.from({ length: parameterCount }, () => null);
  return {
    fingerprint,
    text: parse.statement.text,
    kind,
    parameterCount,
    queryIds: [],
    calls,
    totalMs,
    meanMs: totalMs / calls,
    rows: 1,
    relations: [],
    samples: samples ?? [{ values: unknown, weight: 1, origin: "typical" }],
  };
}
