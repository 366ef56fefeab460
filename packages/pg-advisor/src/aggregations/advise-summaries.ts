import type { Advice, Declined, Finding } from "@streamgate/core";
import { type ColumnFacts, createColumnFacts } from "../candidates/column-facts.ts";
import { createTableTree } from "../candidates/table-tree.ts";
import { type RewriteCatalogue, readCatalogue } from "../rewrites/catalogue/catalogue.ts";
import { qualify } from "../schema/identifiers.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { Configuration, WhatIf } from "../what-if/what-if.ts";
import { perHour } from "../workload/window-rates.ts";
import type { Statement, Workload } from "../workload/workload.ts";
import { chooseForm } from "./choose-form.ts";
import { estimateSummaryRows } from "./estimate-summary.ts";
import { type RawCall, weighRawCalls } from "./raw-call.ts";
import type { Aggregation } from "./reading/aggregation.ts";
import { readAggregation } from "./reading/read-aggregation.ts";
import { summaryFinding } from "./summary-finding.ts";
import { summaryName } from "./summary-name.ts";
import { tableWrites } from "./table-writes.ts";

export interface AdviseSummariesInput {
  readonly workload: Workload;
  readonly snapshot: Snapshot;
  /** Plans the statements; nothing is executed. */
  readonly whatIf: Pick<WhatIf, "planMany">;
  /** The indexes that are advised beside: what they spare a statement is not counted again. @default the indexes of today */
  readonly withIndexes?: Configuration;
}

export interface AdviseSummariesOptions {
  /** The costliest SELECTs that are looked at. @default 100 */
  readonly mostStatements?: number;
  /** Calls an hour from which a statement is repeated enough. @default 6 */
  readonly leastCallsPerHour?: number;
  /** @default 1000 */
  readonly leastSavedMsPerHour?: number;
  /** Rows that a call counts for each row of the summary that it would read. @default 4 */
  readonly leastGain?: number;
}

/** How much a summary would bring, all of it estimated. */
export interface SummaryEstimate {
  readonly raw: RawCall;
  readonly tableRows: number;
  /** Rows of the whole summary. */
  readonly summaryRows: number;
  /** Rows of it that a call reads. */
  readonly rowsRead: number;
  /** A call of the statement as it is, once the advised indexes stand. */
  readonly withIndexesMs: number;
  /** A call that reads the summary. */
  readonly expectedMs: number;
  /** Beside the advised indexes. */
  readonly savedMsPerHour: number;
  /** With the indexes of today. */
  readonly savedAloneMsPerHour: number;
  /** Whether it is worth its while beside the advised indexes, and not only in their place. */
  readonly isBeyondIndexes: boolean;
}

const DEFAULTS: Required<AdviseSummariesOptions> = {
  mostStatements: 100,
  leastCallsPerHour: 6,
  leastSavedMsPerHour: 1_000,
  leastGain: 4,
};
/** What a call takes that finds a few rows by a key, and how much more it takes to plan its other parts. */
const LEAST_CALL_MS = 0.15;
const PLAN_ENDS_MS = 0.3;
const PLAN_OTHERWISE_MS = 0.15;
/** The planner's cost of a descent, and of each narrow row behind it that is read and added up. */
const COST_OF_LOOKUP = 8;
const COST_OF_ROW = 0.05;

/**
 * Summaries for statements that count and sum the same rows again and again: one finding `query/summary` each, with the summary as its
 * `fix` and the statement that reads it as its `replacement`. Where triggers can keep it exactly equal to its table (counts, sums and means
 * of whole numbers and of numerics of one scale) and writers pay less than readers gain, they do; else it is a materialised view, and the
 * finding says how old its answers may be. All figures are estimated; `proveSummary` measures them.
 *
 * @returns what was weighed and is not advised too, each with its reason
 * @example
 * ```ts
 * import { adviseSummaries, type Snapshot, type WhatIf, type Workload } from "@streamgate/pg-advisor";
 * const advise = async (workload: Workload, snapshot: Snapshot, whatIf: WhatIf) => {
 *   const { findings } = await adviseSummaries({ workload, snapshot, whatIf });
 *   return findings.map(({ summary, replacement }) => `${summary} ${replacement?.text}`);
 * };
 * ```
 */
export async function adviseSummaries(
  input: AdviseSummariesInput,
  options: AdviseSummariesOptions = {},
): Promise<Advice> {
  const settings = { ...DEFAULTS, ...options };
  const catalogue = readCatalogue(input.snapshot);
  const facts = createColumnFacts(input.snapshot);
  const writesTo = tableWrites(input.workload, input.snapshot);
  const findings: Finding[] = [];
  const declined: Declined[] = [];
  const repeated = input.workload.statements
    .filter(({ kind }) => kind === "select")
    .filter(({ calls }) => perHour(calls, input.workload.window) >= settings.leastCallsPerHour)
    .slice(0, settings.mostStatements);
  for (const statement of repeated) {
    const weighed = await weigh(statement, { catalogue, facts, writesTo }, input, settings);
    if (weighed === null) continue;
    if ("reason" in weighed) declined.push(weighed);
    else findings.push(weighed);
  }
  return {
    findings: findings.toSorted((one, other) => other.savedMsPerHour - one.savedMsPerHour),
    declined,
  };
}

/** What is read from the snapshot and the workload once for all statements. */
interface Knowledge {
  readonly catalogue: RewriteCatalogue;
  readonly facts: ColumnFacts;
  readonly writesTo: ReturnType<typeof tableWrites>;
}

/** Null for what counts nothing, or too little to speak of. */
async function weigh(
  statement: Statement,
  { catalogue, facts, writesTo }: Knowledge,
  input: AdviseSummariesInput,
  settings: Required<AdviseSummariesOptions>,
): Promise<Finding | Declined | null> {
  const mostSaved = perHour(statement.totalMs, input.workload.window);
  if (mostSaved < settings.leastSavedMsPerHour) return null;
  const read = readAggregation(statement, catalogue);
  if (read.outcome === "no aggregation") return null;
  if (read.outcome === "declined")
    return refusal(
      statement,
      "no-summary-answers-it",
      `no summary could answer it: ${read.because}`,
    );
  const { aggregation } = read;
  const unknown = aggregation.tables.find(
    ({ relation: { kind, rows } }) => kind === "table" && rows < 0,
  );
  if (unknown !== undefined)
    return refusal(
      statement,
      "never-analysed",
      `${qualify(unknown.relation)} was never analysed: run ANALYZE`,
    );
  const raw = await weighRawCalls(statement, input);
  if (raw === null) return refusal(statement, "cannot-be-planned", "the planner does not plan it");
  const estimate = estimateOf(statement, aggregation, raw, facts, input, settings);
  const { rowsRead, summaryRows, isBeyondIndexes, expectedMs } = estimate;
  if (bringsMoreThan(summaryRows, statement, aggregation))
    return refusal(
      statement,
      "counted-by-something-else",
      `calls bring more rows than a summary would have (${summaryRows.toFixed(0)}, estimated) that counts by what is usual: the counters do not tell the constants`,
    );
  if (!isBeyondIndexes && statement.meanMs < expectedMs * settings.leastGain)
    return refusal(
      statement,
      "gain-too-small",
      `a call counts ${raw.rows.toFixed(0)} rows, and would read ${rowsRead.toFixed(0)} of a summary with ${summaryRows.toFixed(0)} (estimated)`,
    );
  const summary = { name: summaryName(aggregation), aggregation };
  const form = chooseForm(aggregation, estimate, input.snapshot, writesTo);
  if ("because" in form) return refusal(statement, "upkeep-too-dear", form.because);
  return summaryFinding({ statement, summary, estimate, form }, input);
}

const MORE = 1.5;

/** Whether calls bring more groups than there can be where the constants are the usual ones. */
function bringsMoreThan(
  summaryRows: number,
  { calls, rows }: Statement,
  { assumptions }: Aggregation,
): boolean {
  return assumptions.some(({ isGiven }) => !isGiven) && rows > calls * summaryRows * MORE;
}

function estimateOf(
  statement: Statement,
  aggregation: Aggregation,
  raw: RawCall,
  facts: ColumnFacts,
  { workload, snapshot }: AdviseSummariesInput,
  { leastGain, leastSavedMsPerHour }: Required<AdviseSummariesOptions>,
): SummaryEstimate {
  const { calls, rows, meanMs } = statement;
  const tree = createTableTree(snapshot);
  const tableRows = Math.max(1, ...aggregation.tables.map(({ relation }) => tree.rows(relation)));
  const summaryRows = estimateSummaryRows(aggregation, facts, tableRows);
  const share = summaryRows / tableRows;
  // The rows that came back were counted: the summary's own groups are no coarser.
  const returned = calls > 0 ? rows / calls : 0;
  const rowsRead = Math.max(1, Math.min(raw.rows, Math.max(returned, raw.rows * share)));
  const msOfCost = meanMs / Math.max(raw.costToday, 1e-9);
  const withIndexesMs = msOfCost * raw.costWithIndexes;
  const planMs =
    LEAST_CALL_MS +
    (aggregation.range === null ? 0 : PLAN_ENDS_MS) +
    (aggregation.assumptions.length === 0 ? 0 : PLAN_OTHERWISE_MS);
  const expectedMs = planMs + msOfCost * (COST_OF_LOOKUP + COST_OF_ROW * rowsRead);
  const perHourSaved = (beforeMs: number): number =>
    perHour(calls, workload.window) * Math.max(0, beforeMs - expectedMs);
  const savedMsPerHour = perHourSaved(withIndexesMs);
  return {
    raw,
    tableRows,
    summaryRows,
    rowsRead,
    withIndexesMs,
    expectedMs,
    savedMsPerHour,
    savedAloneMsPerHour: perHourSaved(meanMs),
    isBeyondIndexes: savedMsPerHour >= leastSavedMsPerHour && raw.rows >= rowsRead * leastGain,
  };
}

function refusal({ text }: Statement, reason: string, explanation: string): Declined {
  return { candidate: text, reason, explanation };
}
