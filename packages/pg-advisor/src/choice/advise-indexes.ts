import {
  type Advice,
  type AffectedStatement,
  type Finding,
  formatDuration,
  type Severity,
} from "@streamgate/core";
import { definitionBody, describeDefinition, hashOf } from "../candidates/definition-sql.ts";
import { qualify } from "../schema/identifiers.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { perHour } from "../workload/window-rates.ts";
import type { Workload } from "../workload/workload.ts";
import type { Choice, ChosenIndex, StatementGain } from "./choice.ts";
import { evidenceOf, joinGains } from "./index-evidence.ts";
import { indexFix } from "./index-fix.ts";

export interface AdviseIndexesInput {
  readonly choice: Choice;
  readonly workload: Workload;
  readonly snapshot: Snapshot;
}

/** Share of the workload's time that an index must save to be of a severity. */
const SEVERITY_FROM_SHARE: readonly (readonly [number, Severity])[] = [
  [0.5, "critical"],
  [0.15, "high"],
  [0.03, "medium"],
  [0.005, "low"],
];

/**
 * One finding `index/missing` for each chosen index, most time saved first, with a fix whose steps can
 * be applied and undone.
 *
 * @example
 * ```ts
 * import { adviseIndexes, type Choice, type Snapshot, type Workload } from "@streamgate/pg-advisor";
 * const summaries = (choice: Choice, workload: Workload, snapshot: Snapshot) =>
 *   adviseIndexes({ choice, workload, snapshot }).findings.map(({ summary }) => summary);
 * ```
 */
export function adviseIndexes({ choice, workload, snapshot }: AdviseIndexesInput): Advice {
  const findings = choice.chosen
    .map((chosen) => findingOf(chosen, workload, snapshot))
    .toSorted((one, other) => other.savedMsPerHour - one.savedMsPerHour);
  return { findings, declined: choice.declined };
}

function findingOf(chosen: ChosenIndex, workload: Workload, snapshot: Snapshot): Finding {
  const { definition } = chosen.candidate;
  const { database } = snapshot.server;
  const object = qualify(definition.table);
  const totalMs = workload.statements.reduce((sum, statement) => sum + statement.totalMs, 0);
  const statements = affectedStatements(chosen.gains, workload, totalMs);
  const shareSaved = shareOf(chosen.savedMsPerHour, perHour(totalMs, workload.window));
  const kind = "index/missing";
  return {
    id: `idx-${hashOf(JSON.stringify([kind, database, object, definitionBody(definition)]), 8)}`,
    kind,
    subject: { database, object },
    severity: severityOf(shareSaved),
    summary: summaryOf(chosen, statements, shareSaved),
    savedMsPerHour: chosen.savedMsPerHour,
    ...(chosen.saved === undefined ? {} : { saved: chosen.saved }),
    statements,
    evidence: evidenceOf(chosen, workload, snapshot),
    ...remedyOf(chosen),
    fix: indexFix(chosen, snapshot),
  };
}

/** What is to be done beside the fix, and what to watch: neither is done for anybody. */
function remedyOf({ replaces = [], slower = [] }: ChosenIndex): Pick<Finding, "remedy"> {
  const names = replaces.map((index) => qualify(index)).join(", ");
  const gone = `Once it stands it serves every search of ${names}, which may then be dropped.`;
  const slowed = slower.map(
    ({ ratio, text }) => `${Number(ratio.toPrecision(3))}× for ${shortened(text)}`,
  );
  const sentences = [
    ...(replaces.length === 0 ? [] : [gone]),
    ...(slower.length === 0 ? [] : [`Watch what it may slow down: ${slowed.join("; ")}.`]),
  ];
  return sentences.length === 0 ? {} : { remedy: sentences.join(" ") };
}

const LONGEST_TEXT = 120;

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length <= LONGEST_TEXT ? line : `${line.slice(0, LONGEST_TEXT - 1)}…`;
}

/** The statements that the index helps, most time first. */
function affectedStatements(
  gains: readonly StatementGain[],
  workload: Workload,
  totalMs: number,
): readonly AffectedStatement[] {
  return joinGains(gains, workload)
    .map(({ statement, gain }) => ({
      fingerprint: statement.fingerprint,
      text: statement.text,
      calls: statement.calls,
      shareOfTime: shareOf(statement.totalMs, totalMs),
      meanMs: gain.meanBeforeMs,
      expectedMeanMs: gain.expectedMeanMs,
      ...(gain.expectedAloneMs === undefined ? {} : { expectedAloneMs: gain.expectedAloneMs }),
    }))
    .toSorted((one, other) => other.shareOfTime - one.shareOfTime);
}

function summaryOf(
  { candidate, savedMsPerHour }: ChosenIndex,
  statements: readonly AffectedStatement[],
  shareSaved: number,
): string {
  const [first] = statements;
  const index = `An index on ${describeDefinition(candidate.definition)}`;
  const saving = `would save an estimated ${formatDuration(savedMsPerHour)} of every hour's database time (${percent(shareSaved)})`;
  if (first === undefined) return `${index} ${saving}.`;
  const means = `${formatDuration(first.meanMs)} → ${formatDuration(first.expectedMeanMs)} a call`;
  const helped =
    statements.length === 1
      ? `one statement, ${means}`
      : `${statements.length} statements, the costliest ${means}`;
  return `${index} ${saving}: ${helped}.`;
}

function severityOf(shareSaved: number): Severity {
  return SEVERITY_FROM_SHARE.find(([least]) => shareSaved >= least)?.[1] ?? "info";
}

function shareOf(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}
