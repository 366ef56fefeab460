import type { Advice, Declined, Finding, Severity } from "@streamgate/core";
import { createColumnFacts } from "../candidates/column-facts.ts";
import { hashOf } from "../candidates/definition-sql.ts";
import type { PlanNode } from "../plans/plan.ts";
import { walkPlan } from "../plans/walk-plan.ts";
import { qualify } from "../schema/identifiers.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { WhatIf } from "../what-if/what-if.ts";
import { nodeOf } from "../workload/parse-statement.ts";
import { createNameResolver } from "../workload/shape/name-resolver.ts";
import { readShape } from "../workload/shape/read-shape.ts";
import type { Statement, Workload } from "../workload/workload.ts";
import { type RowSurprise, rowSurprise } from "./row-surprise.ts";
import {
  nameCandidate,
  type StatisticsCandidate,
  statisticsCandidates,
} from "./statistics-candidates.ts";
import { statisticsFix } from "./statistics-fix.ts";

export interface AdviseStatisticsInput {
  readonly workload: Workload;
  readonly snapshot: Snapshot;
  /** Plans the statements; nothing is executed. */
  readonly whatIf: Pick<WhatIf, "planMany">;
}

const MOST_STATEMENTS = 100;
const LEAST_SHARE_OF_TIME = 0.005;
const GRAVE_FACTOR = 100;

/**
 * Statistics that the planner lacks: one finding `plan/row-estimate` for each statement whose calls bring rows far beyond every estimate of
 * the planner, though its tables were analysed, and that searches or groups by columns together, by an expression without statistics, or by
 * a column whose common values did not all fit. The `fix` makes and gathers them. What plan follows is not known before it is tried:
 * `proveStatistics` does so on real rows.
 *
 * @example
 * ```ts
 * import { adviseStatistics, type Snapshot, type WhatIf, type Workload } from "@streamgate/pg-advisor";
 * const advise = async (workload: Workload, snapshot: Snapshot, whatIf: WhatIf) => {
 *   const { findings } = await adviseStatistics({ workload, snapshot, whatIf });
 *   return findings.map(({ summary }) => summary);
 * };
 * ```
 */
export async function adviseStatistics(input: AdviseStatisticsInput): Promise<Advice> {
  const { workload, snapshot, whatIf } = input;
  const allMs = workload.statements.reduce((sum, { totalMs }) => sum + totalMs, 0);
  const resolver = createNameResolver(snapshot);
  const facts = createColumnFacts(snapshot);
  const findings: Finding[] = [];
  const declined: Declined[] = [];
  for (const statement of workload.statements.slice(0, MOST_STATEMENTS)) {
    if (statement.kind !== "select" || statement.totalMs < allMs * LEAST_SHARE_OF_TIME) continue;
    const node = nodeOf(statement.text);
    if (node === undefined) continue;
    const plans = await plansOf(statement, whatIf);
    const surprise = rowSurprise(statement, plans);
    if (surprise === null) continue;
    const shape = readShape(node, resolver);
    const [candidate] = statisticsCandidates(statement, shape, snapshot, facts);
    if (candidate === undefined) declined.push(nothingToGather(statement, surprise));
    else findings.push(findingOf(statement, candidate, surprise, plans, input));
  }
  return { findings: eachOnce(findings), declined };
}

async function plansOf(
  { text, samples }: Statement,
  whatIf: Pick<WhatIf, "planMany">,
): Promise<readonly PlanNode[]> {
  const requests = samples.map((sample) => ({ text, sample }));
  const plans = await whatIf.planMany(requests, { present: [], absent: [] });
  return plans.filter((plan): plan is PlanNode => !(plan instanceof Error));
}

function nothingToGather(statement: Statement, surprise: RowSurprise): Declined {
  return {
    candidate: statement.text,
    reason: "no-statistics-would-tell",
    explanation: `${sayRows(surprise)}; it searches no two columns of a table together, and the common values of what it searches are all known`,
  };
}

function findingOf(
  statement: Statement,
  candidate: StatisticsCandidate,
  surprise: RowSurprise,
  plans: readonly PlanNode[],
  { workload, snapshot }: AdviseStatisticsInput,
): Finding {
  const { fingerprint, text, calls, meanMs, totalMs } = statement;
  const { database } = snapshot.server;
  const { window } = workload;
  const allMs = workload.statements.reduce((sum, one) => sum + one.totalMs, 0);
  const fix = statisticsFix(candidate);
  return {
    id: `st-${hashOf(JSON.stringify(["plan/row-estimate", database, fingerprint, fix.steps]), 8)}`,
    kind: "plan/row-estimate",
    subject: { database, object: qualify(candidate.table) },
    severity: severityOf(surprise, plans),
    summary: `${sayRows(surprise)}: ${sayCause(candidate)}.`,
    // How much faster it would be is not known before it is tried.
    savedMsPerHour: 0,
    statements: [
      {
        fingerprint,
        text,
        calls,
        shareOfTime: totalMs / Math.max(1, allMs),
        meanMs,
        expectedMeanMs: meanMs,
      },
    ],
    evidence: [
      {
        name: "rows that the planner expects a call to bring",
        value: surprise.expectedRows,
        unit: "rows",
        rung: "estimated",
        source: "twin",
        at: snapshot.takenAt,
      },
      {
        name: "rows that a call brings",
        value: surprise.realRows,
        unit: "rows",
        rung: "measured",
        source: window.source === "file" ? "file" : "pg_stat_statements",
        at: window.to,
      },
      {
        name: "error of the estimate",
        value: surprise.factor,
        unit: "ratio",
        rung: "estimated",
        source: "twin",
        at: snapshot.takenAt,
      },
    ],
    remedy: `${fix.summary} A proof shows what the planner expects then, and which plan follows.`,
    fix,
  };
}

function sayRows({ expectedRows, realRows, factor, isUnderestimate }: RowSurprise): string {
  const say = (value: number): string => Number(value.toPrecision(2)).toLocaleString("en-US");
  return `The planner expects ${say(factor)} times ${isUnderestimate ? "fewer" : "more"} rows than a call brings (${say(expectedRows)} estimated, ${say(realRows)} counted)`;
}

function sayCause(candidate: StatisticsCandidate): string {
  const name = nameCandidate(candidate);
  if (candidate.kind === "finer") return `its list of common values of ${name} is full`;
  if (candidate.parts.length === 1) return `it has no statistics of ${name}`;
  return candidate.isOfGroups
    ? `it takes the grouped columns of ${name} for independent of each other`
    : `it takes the conditions on ${name} for independent of each other`;
}

/** What no join was planned by can have done little harm. */
function severityOf({ factor }: RowSurprise, plans: readonly PlanNode[]): Severity {
  const joins = plans.some((plan) =>
    [...walkPlan(plan)].some(({ node }) => /Join|Nested Loop/.test(node.nodeType)),
  );
  if (!joins) return "low";
  return factor >= GRAVE_FACTOR ? "high" : "medium";
}

/** Several statements may want the same statistics: each keeps its own finding, told by its id. */
function eachOnce(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.map((finding) => [finding.id, finding])).values()];
}
