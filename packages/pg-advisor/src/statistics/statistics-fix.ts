import type { Fix, SqlStep } from "@streamgate/core";
import { hashOf } from "../candidates/definition-sql.ts";
import { qualify, quoteIdentifier } from "../schema/identifiers.ts";
import { HIGHER_TARGET, nameCandidate, type StatisticsCandidate } from "./statistics-candidates.ts";

const LONGEST_NAME = 50;
/** ANALYZE reads 300 rows for each of the target, and sorts each column's. */
const ANALYZE_MS_AT_100 = 300;
const BYTES_OF_STATISTICS = 100_000;

/** How statistics are made, and gathered at once; and how they go again. */
export function statisticsFix(candidate: StatisticsCandidate): Fix {
  const isFiner = candidate.kind === "finer";
  return {
    summary: isFiner
      ? `Keep more common values of ${nameCandidate(candidate)}, and analyse the table.`
      : `Gather statistics of ${nameCandidate(candidate)} together, and analyse the table.`,
    steps: [isFiner ? finerStep(candidate) : togetherStep(candidate)],
    risk: "low",
    riskReason:
      "ANALYZE reads a sample of the table and blocks neither readers nor writers; plans of other statements on the table may change with what is known of it.",
    expectedDurationMs: ANALYZE_MS_AT_100 * (isFiner ? HIGHER_TARGET / 100 : 2),
    expectedSizeBytes: BYTES_OF_STATISTICS,
  };
}

function togetherStep(
  candidate: Extract<StatisticsCandidate, { readonly kind: "together" }>,
): SqlStep {
  const { table, parts, isOfGroups } = candidate;
  const name = qualify({ schema: table.schema, name: statisticsName(candidate) });
  // Of one expression alone there are no kinds to choose.
  const kinds =
    parts.length === 1 ? "" : isOfGroups ? " (ndistinct)" : " (ndistinct, dependencies, mcv)";
  return {
    kind: "sql",
    apply: `create statistics if not exists ${name}${kinds} on ${parts.join(", ")} from ${qualify(table)};\nanalyze ${qualify(table)}`,
    revert: `drop statistics if exists ${name}`,
    lock: "SHARE UPDATE EXCLUSIVE",
    isTransactional: true,
  };
}

function finerStep({
  table,
  column,
}: Extract<StatisticsCandidate, { readonly kind: "finer" }>): SqlStep {
  const target = table.columns.find(({ name }) => name === column)?.statisticsTarget ?? -1;
  const set = (value: number): string =>
    `alter table ${qualify(table)} alter column ${quoteIdentifier(column)} set statistics ${value};\nanalyze ${qualify(table)}`;
  return {
    kind: "sql",
    apply: set(HIGHER_TARGET),
    revert: set(target),
    lock: "SHARE UPDATE EXCLUSIVE",
    isTransactional: true,
  };
}

function statisticsName({
  table,
  parts,
}: Extract<StatisticsCandidate, { readonly kind: "together" }>): string {
  const words = ["sg", table.name, ...parts]
    .join("_")
    .replace(/[^a-zA-Z0-9_]+/g, "_")
    .toLowerCase();
  return `${words.slice(0, LONGEST_NAME)}_${hashOf(JSON.stringify([table.schema, table.name, parts]), 6)}`;
}
