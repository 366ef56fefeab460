import { messageOf, type Random } from "@streamgate/core";
import type { Snapshot, StatementCounters } from "../snapshot/snapshot.ts";
import type { WhatIf } from "../what-if/what-if.ts";
import { nodeOf, type ParsedStatement, parseStatement } from "./parse-statement.ts";
import { drawSamples } from "./samples/draw-samples.ts";
import { askTypes, type TypedText } from "./samples/typed-text.ts";
import { typesOfRoles } from "./samples/types-of-roles.ts";
import { createValueSource, type ValueSource } from "./samples/value-source.ts";
import { createNameResolver } from "./shape/name-resolver.ts";
import { readShape } from "./shape/read-shape.ts";
import type { StatementShape } from "./shape/statement-shape.ts";
import type { DeclinedStatement, Statement, Workload, WorkloadWindow } from "./workload.ts";

export interface BuildWorkloadInput {
  readonly counters: readonly StatementCounters[];
  readonly window: WorkloadWindow;
  readonly snapshot: Snapshot;
  readonly whatIf: Pick<WhatIf, "parameterTypes" | "plannerOf">;
  readonly random: Random;
  /**
   * The costliest statements whose parameter types the planner is asked for; the others are kept
   * with values for the types of the columns that they touch. @default 2000
   */
  readonly mostStatements?: number;
}

const DEFAULTS = { mostStatements: 2_000 } as const;

/** Without its parse tree, which is 50 kB: a tree is made anew when its turn comes, so that thousands are never held at once. */
type ReadStatement = Omit<ParsedStatement, "node">;

/** A fingerprint with the counters of all its entries added up. */
interface Group {
  readonly parsed: ReadStatement;
  readonly entries: readonly StatementCounters[];
  readonly calls: number;
  readonly totalMs: number;
}

/**
 * Makes a workload of counters: entries of one fingerprint become one statement, with values to plan
 * it with drawn from the planner's statistics. All statements are kept, however many; it is the choice
 * of indexes that plans only the costliest.
 *
 * @returns statements by time, and those that cannot be advised on with the reason; never throws for a text
 * @example
 * ```ts
 * import { seededRandom } from "@streamgate/core";
 * import { buildWorkload, type Snapshot, type WhatIf } from "@streamgate/pg-advisor";
 * const lastHour = (snapshot: Snapshot, whatIf: WhatIf) =>
 *   buildWorkload({
 *     counters: snapshot.statements,
 *     window: {
 *       source: "counters since reset",
 *       from: snapshot.statementsSince,
 *       to: snapshot.takenAt,
 *       durationMs: 3_600_000,
 *     },
 *     snapshot,
 *     whatIf,
 *     random: seededRandom(1),
 *   });
 * ```
 */
export async function buildWorkload(input: BuildWorkloadInput): Promise<Workload> {
  const { snapshot, window, mostStatements = DEFAULTS.mostStatements } = input;
  const resolver = createNameResolver(snapshot);
  const values = createValueSource(snapshot);
  const { groups, declined } = groupByFingerprint(input.counters, snapshot);
  const statements: Statement[] = [];
  for (const [rank, group] of groups.entries()) {
    const node = nodeOf(group.parsed.text);
    if (node === undefined) {
      declined.push(decline(group, "does not parse", "it was read once, and could not be again"));
      continue;
    }
    const shape = readShape(node, resolver);
    const objection = objectionTo(group, shape);
    if (objection !== null) {
      declined.push(objection);
      continue;
    }
    const typed = await typesFor({ ...group.parsed, node }, shape, input, rank < mostStatements);
    if (typed instanceof Error) {
      declined.push(decline(group, "cannot be planned", typed.message));
      continue;
    }
    const statement = statementOf(group, shape, typed, { values, snapshot, random: input.random });
    statements.push({ ...statement, ...plannedBy(input.whatIf, statement.text) });
  }
  return { window, statements, declined };
}

function groupByFingerprint(
  counters: readonly StatementCounters[],
  snapshot: Snapshot,
): { readonly groups: readonly Group[]; readonly declined: DeclinedStatement[] } {
  const cutOffBytes = Number(
    snapshot.settings.find(({ name }) => name === "track_activity_query_size")?.value ?? 1024,
  );
  const declined: DeclinedStatement[] = [];
  const byFingerprint = new Map<string, { parsed: ReadStatement; entries: StatementCounters[] }>();
  for (const entry of counters.toSorted((one, other) => other.calls - one.calls)) {
    const parse = parseStatement(entry.text, { cutOffBytes });
    if (parse.outcome === "declined") {
      const { reason, explanation } = parse;
      declined.push({
        text: entry.text,
        calls: entry.calls,
        totalMs: entry.totalMs,
        reason,
        explanation,
      });
      continue;
    }
    const { node: _, ...parsed } = parse.statement;
    const known = byFingerprint.get(parsed.fingerprint);
    if (known === undefined) {
      byFingerprint.set(parsed.fingerprint, { parsed, entries: [entry] });
    } else known.entries.push(entry);
  }
  const groups = [...byFingerprint.values()].map(({ parsed, entries }) => ({
    parsed,
    entries,
    calls: sumOf(entries, "calls"),
    totalMs: sumOf(entries, "totalMs"),
  }));
  return { groups: groups.toSorted((one, other) => other.totalMs - one.totalMs), declined };
}

/** Why a statement that parses cannot be advised on; null where it can. */
export function objectionTo(
  group: Pick<Group, "parsed" | "calls" | "totalMs">,
  shape: StatementShape,
): DeclinedStatement | null {
  if (shape.unknownNames.length > 0) {
    const names = shape.unknownNames.join(", ");
    return decline(group, "relation unknown", `the snapshot has no ${names}`);
  }
  if (shape.relations.length > 0) return null;
  if (/pg_stat_statements/.test(group.parsed.text)) {
    return decline(group, "StreamGate's own", "it reads the statement counters");
  }
  const explanation = shape.touchesSystem ? "it reads system catalogues only" : "it names no table";
  return decline(group, "touches no user table", explanation);
}

async function typesFor(
  parsed: ParsedStatement,
  shape: StatementShape,
  input: BuildWorkloadInput,
  isWorthAsking: boolean,
): Promise<TypedText | Error> {
  if (!isWorthAsking) {
    const types = typesOfRoles(shape.parameters, parsed.parameterCount, input.snapshot);
    return { text: parsed.text, types };
  }
  return askTypes(parsed, shape, input).catch((error: unknown) => new Error(messageOf(error)));
}

function statementOf(
  { parsed, entries, calls, totalMs }: Group,
  shape: StatementShape,
  { text, types }: TypedText,
  sources: { readonly values: ValueSource; readonly snapshot: Snapshot; readonly random: Random },
): Statement {
  const { fingerprint, kind, parameterCount } = parsed;
  return {
    fingerprint,
    text,
    queryIds: entries.map(({ queryId }) => queryId),
    kind,
    calls,
    totalMs,
    meanMs: calls > 0 ? totalMs / calls : 0,
    rows: sumOf(entries, "rows"),
    relations: shape.relations,
    parameterCount,
    samples: drawSamples({ parameterCount, roles: shape.parameters, types }, sources),
  };
}

/** Only what is not the twin's own is worth a word. */
export function plannedBy(
  whatIf: Pick<WhatIf, "plannerOf">,
  text: string,
): Pick<Statement, "plannedBy"> {
  return whatIf.plannerOf?.(text) === "hypopg" ? { plannedBy: "hypopg" } : {};
}

function decline(
  { parsed, calls, totalMs }: Pick<Group, "parsed" | "calls" | "totalMs">,
  reason: DeclinedStatement["reason"],
  explanation: string,
): DeclinedStatement {
  return { text: parsed.text, calls, totalMs, reason, explanation };
}

function sumOf(entries: readonly StatementCounters[], key: "calls" | "totalMs" | "rows"): number {
  return entries.reduce((sum, entry) => sum + entry[key], 0);
}
