import {
  type AffectedStatement,
  type Evidence,
  type Finding,
  type Fix,
  formatByteSize,
  type Severity,
} from "@streamgate/core";
import { hashOf } from "../candidates/definition-sql.ts";
import { keyOf, qualify } from "../schema/identifiers.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { Workload } from "../workload/workload.ts";
import { dropFix, rebuildFix, removeFix } from "./drop-fix.ts";
import { entriesPerHour } from "./entries-per-hour.ts";
import type { IndexPortrait } from "./index-portrait.ts";
import type { IndexVerdict } from "./index-verdict.ts";
import type { IndexObservation } from "./observe-indexes.ts";

export interface DropFindingInput {
  readonly verdict: Exclude<IndexVerdict, { readonly action: "keep" }>;
  /** All indexes: partitions' among them. */
  readonly family: readonly IndexPortrait[];
  readonly observation: IndexObservation;
  readonly workload: Workload;
  readonly snapshot: Snapshot;
}

/** What one more entry of a B-tree costs: descent, insertion and WAL (options.ts of the choice). */
const WRITE_MS_PER_ENTRY = 0.01;
/** So many of the table's costliest statements are shown, and watched by a proof. */
const MOST_STATEMENTS = 8;
const SEVERITY_FROM_BYTES: readonly (readonly [number, Severity])[] = [
  [10 * 1024 ** 3, "high"],
  [1024 ** 3, "medium"],
  [1024 ** 2, "low"],
];

/** The finding for a verdict that something should be done: what it frees, what writers save, and how it is taken back. */
export function dropFinding(input: DropFindingInput): Finding {
  const { verdict, observation, workload, snapshot } = input;
  const { index } = verdict.portrait;
  const { database } = snapshot.server;
  const object = qualify(index.table);
  const freedBytes = freedOf(verdict);
  const entries = entriesPerHour(index, observation);
  const isGoing = verdict.action === "drop";
  const savedMsPerHour = isGoing ? entries * WRITE_MS_PER_ENTRY : 0;
  const identity = JSON.stringify([verdict.problem, database, keyOf(index), index.definition]);
  return {
    id: `idx-${hashOf(identity, 8)}`,
    kind: verdict.problem,
    subject: { database, object },
    severity: severityOf(verdict, freedBytes),
    summary: summaryOf(verdict, freedBytes, entries),
    savedMsPerHour,
    statements: isGoing ? watchedStatements(input, workload) : [],
    evidence: evidenceOf(verdict, { freedBytes, entries, savedMsPerHour }, observation),
    ...remedyOf(verdict),
    fix: fixOf(verdict, input.family, freedBytes),
  };
}

function freedOf(verdict: DropFindingInput["verdict"]): number {
  const { sizeBytes } = verdict.portrait.index;
  if (verdict.action === "drop") return sizeBytes;
  return verdict.bloat === null ? 0 : verdict.bloat.share * sizeBytes;
}

function severityOf(verdict: DropFindingInput["verdict"], bytes: number): Severity {
  const bySize = SEVERITY_FROM_BYTES.find(([least]) => bytes >= least)?.[1] ?? "info";
  // What was built is missing to whoever wanted it.
  return verdict.action === "rebuild" && verdict.problem === "index/invalid" ? "medium" : bySize;
}

function summaryOf(
  verdict: DropFindingInput["verdict"],
  freedBytes: number,
  entries: number,
): string {
  const name = qualify(verdict.portrait.index);
  if (verdict.action === "rebuild")
    return `The index ${name} should be built anew: ${verdict.because}.`;
  const writes =
    entries < 1 ? "" : `, and writers an estimated ${Math.round(entries)} entries an hour`;
  const freed = `Dropping it frees ${formatByteSize(freedBytes)} (measured)${writes}.`;
  return `The index ${name} can go: ${verdict.because}. ${freed}`;
}

/** What is said beside the fix: what to look at before, and what could stand in for a lost side effect. */
function remedyOf(verdict: DropFindingInput["verdict"]): { readonly remedy?: string } {
  if (verdict.action !== "drop" || verdict.caveats.length === 0) return {};
  return { remedy: `Mind before: ${verdict.caveats.join("; ")}.` };
}

function fixOf(
  verdict: DropFindingInput["verdict"],
  family: readonly IndexPortrait[],
  freedBytes: number,
): Fix {
  if (verdict.action === "rebuild") return rebuildFix(verdict.portrait, freedBytes);
  return verdict.problem === "index/invalid"
    ? removeFix(verdict.portrait)
    : dropFix(verdict.portrait, family);
}

/** The costliest readers of the table: none of them may become slower, which a proof on a lab measures. */
function watchedStatements(
  { verdict }: DropFindingInput,
  workload: Workload,
): readonly AffectedStatement[] {
  const table = keyOf(verdict.portrait.index.table);
  const totalMs = workload.statements.reduce((sum, one) => sum + one.totalMs, 0);
  return workload.statements
    .filter(
      ({ kind, relations }) => kind !== "insert" && relations.some((one) => keyOf(one) === table),
    )
    .slice(0, MOST_STATEMENTS)
    .map(({ fingerprint, text, calls, totalMs: ms, meanMs }) => ({
      fingerprint,
      text,
      calls,
      shareOfTime: totalMs > 0 ? ms / totalMs : 0,
      meanMs,
      expectedMeanMs: meanMs,
    }));
}

function evidenceOf(
  verdict: DropFindingInput["verdict"],
  figures: {
    readonly freedBytes: number;
    readonly entries: number;
    readonly savedMsPerHour: number;
  },
  { takenAt }: IndexObservation,
): readonly Evidence[] {
  const { index } = verdict.portrait;
  const size: Evidence = {
    name: "size of the index",
    value: index.sizeBytes,
    unit: "bytes",
    rung: "measured",
    source: "pg_relation_size",
    at: takenAt,
  };
  const bloat = verdict.action === "rebuild" ? verdict.bloat : null;
  const freed: Evidence = {
    name: "bytes saved",
    value: figures.freedBytes,
    unit: "bytes",
    rung: bloat?.rung ?? "measured",
    source:
      bloat === null ? "pg_relation_size" : bloat.rung === "measured" ? "pgstatindex" : "model",
    at: takenAt,
  };
  if (verdict.action === "rebuild") return verdict.bloat === null ? [size] : [size, freed];
  return [
    size,
    freed,
    {
      name: "scans of the index",
      value: index.scans,
      unit: "scans",
      rung: "measured",
      source: "pg_stat_all_indexes",
      at: takenAt,
    },
    {
      name: "entries written an hour",
      value: figures.entries,
      unit: "rows",
      rung: "estimated",
      source: "pg_stat_all_tables",
      at: takenAt,
    },
    {
      name: "write time saved an hour",
      value: figures.savedMsPerHour,
      unit: "ms",
      rung: "estimated",
      source: "model",
      at: takenAt,
    },
  ];
}
