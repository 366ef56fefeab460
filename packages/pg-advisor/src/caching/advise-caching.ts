import { type Evidence, type Finding, formatDuration, type Severity } from "@streamgate/core";
import { type ColumnFacts, createColumnFacts } from "../candidates/column-facts.ts";
import { hashOf } from "../candidates/definition-sql.ts";
import { keyOf, qualify } from "../schema/identifiers.ts";
import type { Relation, Snapshot } from "../snapshot/snapshot.ts";
import { nodeOf } from "../workload/parse-statement.ts";
import { createNameResolver } from "../workload/shape/name-resolver.ts";
import { readShape } from "../workload/shape/read-shape.ts";
import type { ParameterRole, StatementShape } from "../workload/shape/statement-shape.ts";
import { perHour } from "../workload/window-rates.ts";
import type { Statement, Workload } from "../workload/workload.ts";
import { type CacheTraffic, hitRatio } from "./hit-ratio.ts";
import { restlessness } from "./what-changes.ts";

/** When an answer is worth being kept. */
export interface CachingOptions {
  /** How long an answer would be kept at the most, in milliseconds. @default 60000 */
  readonly ttlMs?: number;
  /** Share of calls that must be answered from the cache, 0 to 1. @default 0.5 */
  readonly leastHitRatio?: number;
  /** @default 1000 */
  readonly leastSavedMsPerHour?: number;
}

const DEFAULTS: Required<CachingOptions> = {
  ttlMs: 60_000,
  leastHitRatio: 0.5,
  leastSavedMsPerHour: 1_000,
};
/** An answer from the memory of the process, and its part of an answer from Redis: what a hit costs still. */
const HIT_MS = 0.05;
/** Ranges and texts that are typed: hardly one is asked for twice. */
const KEYS_WITHOUT_BOUND = 100_000;
const SEVERITY_FROM_SHARE: readonly (readonly [number, Severity])[] = [
  [0.3, "high"],
  [0.05, "medium"],
  [0, "low"],
];

/**
 * Statements whose answers could be kept: how many calls a cache would answer is told from calls, from the number of different parameters (by
 * the planner's statistics) and from the writes to the tables that they read. All of it is estimated; every write to such a table is taken to
 * invalidate every answer made from it, so that an invalidation by key does better.
 *
 * @example
 * ```ts
 * import { adviseCaching, type Snapshot, type Workload } from "@streamgate/pg-advisor";
 * const worthKeeping = (workload: Workload, snapshot: Snapshot) =>
 *   adviseCaching({ workload, snapshot }).map(({ summary }) => summary);
 * ```
 */
export function adviseCaching(
  { workload, snapshot }: { readonly workload: Workload; readonly snapshot: Snapshot },
  options: CachingOptions = {},
): readonly Finding[] {
  const settings = { ...DEFAULTS, ...options };
  const resolver = createNameResolver(snapshot);
  const facts = createColumnFacts(snapshot);
  const shapes = new Map<Statement, StatementShape>();
  for (const statement of workload.statements) {
    const node = nodeOf(statement.text);
    if (node !== undefined) shapes.set(statement, readShape(node, resolver));
  }
  const writes = writesByTable(workload, shapes);
  const totalMs = workload.statements.reduce((sum, statement) => sum + statement.totalMs, 0);
  return workload.statements
    .flatMap((statement) => {
      const shape = shapes.get(statement);
      const node = nodeOf(statement.text);
      if (shape === undefined || node === undefined) return [];
      if (statement.kind !== "select" || restlessness(node) !== null) return [];
      const traffic = trafficOf(statement, shape, { workload, snapshot, facts, writes, settings });
      const finding = findingOf(statement, shape, traffic, { workload, snapshot, totalMs });
      return isWorthIt(finding, traffic, settings) ? [finding] : [];
    })
    .toSorted((one, other) => other.savedMsPerHour - one.savedMsPerHour);
}

function isWorthIt(
  { savedMsPerHour }: Finding,
  traffic: CacheTraffic,
  { leastHitRatio, leastSavedMsPerHour }: Required<CachingOptions>,
): boolean {
  return savedMsPerHour >= leastSavedMsPerHour && hitRatio(traffic) >= leastHitRatio;
}

/** Writing calls an hour, by table. */
function writesByTable(
  { statements, window }: Workload,
  shapes: ReadonlyMap<Statement, StatementShape>,
): ReadonlyMap<string, number> {
  const writes = new Map<string, number>();
  for (const statement of statements) {
    for (const { relation, role } of shapes.get(statement)?.tables ?? []) {
      if (role === "read") continue;
      const key = keyOf(relation);
      writes.set(key, (writes.get(key) ?? 0) + perHour(statement.calls, window));
    }
  }
  return writes;
}

interface TrafficSources {
  readonly workload: Workload;
  readonly snapshot: Snapshot;
  readonly facts: ColumnFacts;
  readonly writes: ReadonlyMap<string, number>;
  readonly settings: Required<CachingOptions>;
}

function trafficOf(
  { calls, parameterCount }: Statement,
  { tables, parameters }: StatementShape,
  { workload, snapshot, facts, writes, settings }: TrafficSources,
): CacheTraffic {
  const relations = new Map(snapshot.relations.map((relation) => [keyOf(relation), relation]));
  let keys = 1;
  let frequentShares: readonly number[] = [];
  for (let number = 1; number <= parameterCount; number += 1) {
    const found = valuesOf(parameters.get(number), relations, facts);
    if (found.keys > keys || keys === 1) frequentShares = found.frequentShares;
    keys *= found.keys;
  }
  const read = new Set(
    tables.filter(({ role }) => role === "read").map(({ relation }) => relation),
  );
  return {
    callsPerHour: perHour(calls, workload.window),
    keys: Math.min(keys, KEYS_WITHOUT_BOUND),
    // The shares of one parameter's values say nothing of pairs of values.
    frequentShares: parameterCount === 1 ? frequentShares : [],
    writesPerHour: [...read].reduce((sum, relation) => sum + (writes.get(keyOf(relation)) ?? 0), 0),
    ttlMs: settings.ttlMs,
  };
}

/** How many different values a parameter takes; limits and formats are taken to be always the same. */
function valuesOf(
  role: ParameterRole | undefined,
  relations: ReadonlyMap<string, Relation>,
  facts: ColumnFacts,
): { readonly keys: number; readonly frequentShares: readonly number[] } {
  if (role === undefined) return { keys: KEYS_WITHOUT_BOUND, frequentShares: [] };
  if (role.kind === "limit" || role.kind === "accepted text")
    return { keys: 1, frequentShares: [] };
  if (role.kind === "offset") return { keys: PAGES, frequentShares: [] };
  const relation = relations.get(keyOf(role.column.relation));
  if (relation === undefined || role.kind !== "compared" || role.operator !== "=")
    return { keys: KEYS_WITHOUT_BOUND, frequentShares: [] };
  const { column } = role.column;
  return {
    keys: facts.distinctValues(relation, column),
    frequentShares: facts.statistics(relation, column)?.mostCommonFrequencies ?? [],
  };
}

/** People seldom turn further. */
const PAGES = 5;

function findingOf(
  statement: Statement,
  { tables }: StatementShape,
  traffic: CacheTraffic,
  {
    workload,
    snapshot,
    totalMs,
  }: { readonly workload: Workload; readonly snapshot: Snapshot; readonly totalMs: number },
): Finding {
  const { fingerprint, text, calls, meanMs } = statement;
  const ratio = hitRatio(traffic);
  const savedMsPerHour = traffic.callsPerHour * ratio * Math.max(0, meanMs - HIT_MS);
  const share = totalMs > 0 ? (statement.totalMs * ratio) / totalMs : 0;
  const names = [...new Set(tables.map(({ relation }) => qualify(relation)))];
  const { database } = snapshot.server;
  const seconds = formatDuration(traffic.ttlMs);
  return {
    id: `cch-${hashOf(JSON.stringify(["query/cacheable", database, fingerprint]), 8)}`,
    kind: "query/cacheable",
    subject: { database, object: names[0] ?? fingerprint },
    severity: SEVERITY_FROM_SHARE.find(([least]) => share >= least)?.[1] ?? "low",
    summary: `Kept for ${seconds} at the most, ${percent(ratio)} of the answers of one statement would come from a cache, and ${formatDuration(savedMsPerHour)} of every hour's database time would go.`,
    savedMsPerHour,
    statements: [
      {
        fingerprint,
        text,
        calls,
        shareOfTime: totalMs > 0 ? statement.totalMs / totalMs : 0,
        meanMs,
        expectedMeanMs: meanMs * (1 - ratio) + HIT_MS * ratio,
      },
    ],
    evidence: evidenceOf(statement, traffic, ratio, { workload, snapshot, savedMsPerHour }),
    remedy: `Wrap the read with @streamgate/cache, keyed by its parameters, with a TTL of ${seconds} and the tags ${names.join(", ")}, and invalidate a tag after each write to its table: an answer is then as old as a write that went past the API, at the most ${seconds}.`,
  };
}

function evidenceOf(
  { calls, meanMs, isTimeEstimated }: Statement,
  { keys, writesPerHour }: CacheTraffic,
  ratio: number,
  {
    workload: { window },
    snapshot,
    savedMsPerHour,
  }: { readonly workload: Workload; readonly snapshot: Snapshot; readonly savedMsPerHour: number },
): readonly Evidence[] {
  const counters = {
    rung: isTimeEstimated === true ? "estimated" : "measured",
    source: window.source === "file" ? "file" : "pg_stat_statements",
    at: window.to,
  } as const;
  const estimated = { rung: "estimated", at: snapshot.takenAt } as const;
  return [
    {
      name: "time saved an hour",
      value: savedMsPerHour,
      unit: "ms",
      source: "model",
      ...estimated,
    },
    { name: "hit ratio", value: ratio, unit: "ratio", source: "model", ...estimated },
    { name: "calls", value: calls, unit: "calls", ...counters },
    { name: "mean time of a call", value: meanMs, unit: "ms", ...counters },
    { name: "different parameters", value: keys, unit: "count", source: "pg_stats", ...estimated },
    {
      name: "writes to its tables an hour",
      value: writesPerHour,
      unit: "calls",
      source: counters.source,
      rung: "measured",
      at: window.to,
    },
  ];
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}
