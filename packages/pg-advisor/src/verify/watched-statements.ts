import type { Finding, StatementVerification } from "@streamgate/core";
import type { RelationName } from "../snapshot/snapshot.ts";
import type { Statement, Workload } from "../workload/workload.ts";
import { type Series, sumOf, type WindowSide } from "./window-series.ts";

/** One statement on both sides of an apply. */
export interface WatchedStatement {
  readonly fingerprint: string;
  readonly text: string;
  readonly before: Series;
  readonly after: Series;
  readonly callsBefore: number;
  readonly callsAfter: number;
}

export interface Target extends WatchedStatement {
  /** Its time among the finding's statements, 0 to 1, when the advice was given. */
  readonly share: number;
}

export interface Bystander extends WatchedStatement {
  readonly role: Exclude<StatementVerification["role"], "target">;
}

/** The statements of a verification by what they can tell. */
export interface Watched {
  /** Those that the fix is meant for and that ran often enough on both sides. */
  readonly targets: readonly Target[];
  /** Those that the fix is meant for and that did not. */
  readonly rareTargets: readonly Target[];
  /** Others that read or write the fix's tables, most time first. */
  readonly bystanders: readonly Bystander[];
  /** Those that the fix cannot touch. */
  readonly control: readonly WatchedStatement[];
}

/** More bystanders than these would make a chance alarm likely; more control adds nothing. */
const MOST_BYSTANDERS = 20;
const MOST_CONTROL = 100;

export function watchedStatements(input: {
  readonly finding: Finding;
  readonly workload: Workload;
  readonly tables: readonly RelationName[];
  readonly ownTables: readonly RelationName[] | undefined;
  readonly before: WindowSide;
  readonly after: WindowSide;
  readonly minimumCalls: number;
}): Watched {
  const { finding, workload, before, after, minimumCalls } = input;
  const watch = (statement: Pick<Statement, "fingerprint" | "text" | "queryIds">) =>
    watchedOn(statement, before, after);
  const isOften = ({ callsBefore, callsAfter }: WatchedStatement): boolean =>
    Math.min(callsBefore, callsAfter) >= minimumCalls;

  const targets = targetsOf(finding, workload, watch);
  const targetPrints = new Set(targets.map(({ fingerprint }) => fingerprint));
  const others = workload.statements.filter(({ fingerprint }) => !targetPrints.has(fingerprint));
  const ownTables = input.ownTables ?? sharedTables(targetPrints, workload, input.tables);
  const touching = others.filter((statement) => touches(statement, ownTables));
  const untouched = others.filter((statement) => !touches(statement, input.tables));
  return {
    targets: targets.filter(isOften),
    rareTargets: targets.filter((target) => !isOften(target)),
    bystanders: touching
      .map((statement) => ({ ...watch(statement), role: roleOf(statement) }))
      .filter(isOften)
      .sort((one, other) => sumOf(other.before.totalMs) - sumOf(one.before.totalMs))
      .slice(0, MOST_BYSTANDERS),
    control: untouched
      .map(watch)
      .filter(isOften)
      .sort((one, other) => other.callsBefore - one.callsBefore)
      .slice(0, MOST_CONTROL),
  };
}

function targetsOf(
  finding: Finding,
  workload: Workload,
  watch: (statement: Pick<Statement, "fingerprint" | "text" | "queryIds">) => WatchedStatement,
): readonly Target[] {
  const known = new Map(workload.statements.map((statement) => [statement.fingerprint, statement]));
  const totalMs = sumOf(finding.statements.map(({ calls, meanMs }) => calls * meanMs));
  return finding.statements.map(({ fingerprint, text, calls, meanMs }) => ({
    ...watch(known.get(fingerprint) ?? { fingerprint, text, queryIds: [] }),
    share: totalMs > 0 ? (calls * meanMs) / totalMs : 1 / finding.statements.length,
  }));
}

function watchedOn(
  { fingerprint, text, queryIds }: Pick<Statement, "fingerprint" | "text" | "queryIds">,
  before: WindowSide,
  after: WindowSide,
): WatchedStatement {
  const seriesBefore = before.seriesOf(queryIds);
  const seriesAfter = after.seriesOf(queryIds);
  return {
    fingerprint,
    text,
    before: seriesBefore,
    after: seriesAfter,
    callsBefore: sumOf(seriesBefore.calls),
    callsAfter: sumOf(seriesAfter.calls),
  };
}

/** Of `tables` those that the targets use: where several fixes stand, the rest belongs to others. */
function sharedTables(
  targets: ReadonlySet<string>,
  workload: Workload,
  tables: readonly RelationName[],
): readonly RelationName[] {
  const users = workload.statements.filter(({ fingerprint }) => targets.has(fingerprint));
  return tables.filter((table) => users.some((user) => touches(user, [table])));
}

function touches({ relations }: Statement, tables: readonly RelationName[]): boolean {
  return relations.some(({ schema, name }) =>
    tables.some((table) => table.schema === schema && table.name === name),
  );
}

function roleOf({ kind }: Statement): Bystander["role"] {
  return kind === "select" ? "reader" : "writer";
}
