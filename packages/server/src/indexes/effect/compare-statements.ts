import type { Finding, Random, Verification } from "@streamgate/core";
import {
  type IndexPortrait,
  qualify,
  type RelationName,
  type Statement,
  type StatementWindow,
  verifyFix,
} from "@streamgate/pg-advisor";
import { maySearchBy, type ReadStatement, touchesTable } from "./concerned-statements.ts";

export interface Comparison {
  readonly portrait: IndexPortrait;
  /** All that ran before or after. */
  readonly statements: readonly ReadStatement[];
  /** Those that it was advised for; null where nobody of ours advised it. */
  readonly advisedFor: ReadonlySet<string> | null;
  readonly before: readonly StatementWindow[];
  readonly after: readonly StatementWindow[];
  /** Tables on which an index changed meanwhile: statements on others are the control. */
  readonly changedTables: readonly RelationName[];
  readonly random: Random;
}

/** What came of an index by the counters of the statements that it concerns; null where none of those that search by it ran. */
export function compareStatements(comparison: Comparison): {
  readonly targets: number;
  readonly verification: Verification | null;
} {
  const { portrait, statements, advisedFor, before, after, changedTables, random } = comparison;
  const ran = new Set([...before, ...after].flatMap(({ counters }) => counters.map(idOf)));
  const present = statements.filter(({ fingerprint }) => ran.has(fingerprint));
  const targets = present.filter((one) =>
    advisedFor === null ? maySearchBy(one, portrait) : advisedFor.has(one.fingerprint),
  );
  if (targets.length === 0) return { targets: 0, verification: null };
  const { table } = portrait.index;
  const verification = verifyFix({
    finding: findingOf(portrait, targets, before),
    workload: {
      window: { source: "difference of two snapshots", from: null, to: "", durationMs: 0 },
      statements: present.map((one) => statementOf(one, [table, ...changedTables])),
      declined: [],
    },
    before,
    after,
    tables: [table, ...changedTables],
    ownTables: [table],
    random,
  });
  return { targets: targets.length, verification };
}

function idOf({ queryId }: StatementWindow["counters"][number]): string {
  return queryId;
}

/** The change in the words of the instrument that judges fixes. */
function findingOf(
  { index }: IndexPortrait,
  targets: readonly ReadStatement[],
  before: readonly StatementWindow[],
): Finding {
  const sums = new Map<string, { calls: number; totalMs: number }>();
  for (const { counters } of before)
    for (const { queryId, calls, totalMs } of counters) {
      const sum = sums.get(queryId) ?? { calls: 0, totalMs: 0 };
      sums.set(queryId, { calls: sum.calls + calls, totalMs: sum.totalMs + totalMs });
    }
  const allMs = targets.reduce((sum, one) => sum + (sums.get(one.fingerprint)?.totalMs ?? 0), 0);
  return {
    id: qualify(index),
    kind: "index/missing",
    subject: { database: "", object: qualify(index.table) },
    severity: "info",
    summary: index.definition,
    savedMsPerHour: 0,
    evidence: [],
    statements: targets.map(({ fingerprint, text }) => {
      const { calls, totalMs } = sums.get(fingerprint) ?? { calls: 0, totalMs: 0 };
      const meanMs = calls === 0 ? 0 : totalMs / calls;
      const shareOfTime = allMs === 0 ? 0 : totalMs / allMs;
      return { fingerprint, text, calls, meanMs, shareOfTime, expectedMeanMs: meanMs };
    }),
  };
}

/** A name without a schema is that of a changed table where there is one of that name: then it is no control. */
function statementOf(one: ReadStatement, changed: readonly RelationName[]): Statement {
  const { fingerprint, text, search } = one;
  const known = changed.filter((table) => touchesTable(one, table));
  const others = search.relations.map(({ schema, name }) => ({ schema: schema ?? "public", name }));
  return {
    fingerprint,
    text,
    queryIds: [fingerprint],
    kind: search.kind,
    calls: 0,
    totalMs: 0,
    meanMs: 0,
    rows: 0,
    relations: [...known, ...others],
    parameterCount: 0,
    samples: [],
  };
}
