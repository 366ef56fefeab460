import { type Finding, type SqlStep, seededRandom, systemClock } from "@streamgate/core";
import { fingerprint } from "libpg-query";
import type { RunContext } from "../../src/context.ts";
import type { Lab } from "../../src/lab/lab.ts";
import type { Relation, RelationName, Snapshot } from "../../src/snapshot/snapshot.ts";
import type { Statement, Workload } from "../../src/workload/workload.ts";

export function testContext(signal: AbortSignal = new AbortController().signal): RunContext {
  return { clock: systemClock, random: seededRandom(7), signal, onProgress: () => undefined };
}

/** A named database as a lab, without the checks of `openNamedLab`. */
export function plainLab(connectionString: string): Lab {
  return {
    description: { kind: "named", address: "test", serverVersion: "test", tables: [] },
    connectionString,
    serverPid: null,
    skipped: [],
    close: async () => undefined,
  };
}

export async function statementOf(
  text: string,
  relations: readonly RelationName[],
  samples: readonly (readonly (string | null)[])[] = [[]],
  overrides: Partial<Statement> = {},
): Promise<Statement> {
  const kind = text.trim().split(/\s/)[0]?.toLowerCase() as Statement["kind"];
  return {
    fingerprint: await fingerprint(text),
    text,
    queryIds: [],
    kind,
    calls: 100,
    totalMs: 10_000,
    meanMs: 100,
    rows: 100,
    relations,
    parameterCount: samples[0]?.length ?? 0,
    samples: samples.map((values) => ({ values, weight: 1 / samples.length, origin: "typical" })),
    ...overrides,
  };
}

export function workloadOf(...statements: readonly Statement[]): Workload {
  const window = {
    source: "file",
    from: null,
    to: "2026-01-01T00:00:00Z",
    durationMs: 3_600_000,
  } as const;
  return { window, statements, declined: [] };
}

export function sqlStep(apply: string, revert: string): SqlStep {
  const isTransactional = !/concurrently/i.test(apply);
  return { kind: "sql", apply, revert, lock: "SHARE UPDATE EXCLUSIVE", isTransactional };
}

export function findingOf(
  object: string,
  statements: readonly Statement[],
  ...steps: readonly SqlStep[]
): Finding {
  return {
    id: "test",
    kind: "index/missing",
    subject: { database: "app", object },
    severity: "high",
    summary: "an index is missing",
    savedMsPerHour: 1,
    statements: statements.map((statement) => ({
      fingerprint: statement.fingerprint,
      text: statement.text,
      calls: statement.calls,
      shareOfTime: 0.5,
      meanMs: statement.meanMs,
      expectedMeanMs: 1,
    })),
    evidence: [],
    fix: {
      summary: "create the index",
      steps,
      risk: "low",
      riskReason: "it is built concurrently",
      expectedDurationMs: 100,
      expectedSizeBytes: 1_000_000,
    },
  };
}

/** A snapshot that knows these tables and their columns, and nothing else. */
export function snapshotOf(
  ...tables: readonly (RelationName & { readonly columns: readonly string[] })[]
): Snapshot {
  const relations = tables.map(({ schema, name, columns }) => ({
    schema,
    name,
    kind: "table",
    columns: columns.map((column, index) => ({ number: index + 1, name: column })),
  }));
  return { relations: relations as unknown as readonly Relation[] } as unknown as Snapshot;
}
