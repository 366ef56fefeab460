import { createHash } from "node:crypto";
import type { Finding } from "@streamgate/core";
import { readCatalogue } from "../rewrites/catalogue/catalogue.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { WhatIf } from "../what-if/what-if.ts";
import type { Statement, Workload } from "../workload/workload.ts";
import { advisePages, pageOf } from "./advise-pages.ts";
import { advisePlan } from "./advise-plan.ts";
import { explainedFromNode } from "./tree/explained-from-node.ts";

export interface AdviseStatementsInput {
  readonly workload: Workload;
  readonly snapshot: Snapshot;
  /** Plans the statements: nothing runs. */
  readonly whatIf: Pick<WhatIf, "planMany">;
}

const MOST_STATEMENTS = 20;
const LEAST_SHARE_OF_TIME = 0.01;
const MS_AN_HOUR = 3_600_000;

/**
 * What is wrong with the plans of the statements that take most of a workload's time. They are planned and not run, so all is
 * `estimated`. What an index mends is left to the advice on indexes, which weighs and proves it.
 *
 * @returns findings without a fix: a person changes the statement, or a setting
 */
export async function adviseStatements({
  workload,
  snapshot,
  whatIf,
}: AdviseStatementsInput): Promise<readonly Finding[]> {
  const wholeMs = workload.statements.reduce((sum, { totalMs }) => sum + totalMs, 0);
  const costliest = workload.statements
    .filter(({ totalMs }) => totalMs >= wholeMs * LEAST_SHARE_OF_TIME)
    .slice(0, MOST_STATEMENTS);
  const plans = await whatIf.planMany(
    costliest.map(({ text, samples }) => ({ text, sample: samples[0] ?? "generic" })),
    { present: [], absent: [] },
  );
  const ofPlans = costliest.flatMap((statement, index) => {
    const plan = plans[index];
    if (plan === undefined || plan instanceof Error) return [];
    const { findings } = advisePlan({
      plan: explainedFromNode(plan),
      at: snapshot.takenAt,
      database: snapshot.server.database,
      snapshot,
    });
    return findings
      .filter(({ finding }) => finding.kind !== "plan/rows-filtered")
      .map(({ finding }) => ({
        ...ofStatement(finding, statement, workload, wholeMs),
        ...(finding.kind === "plan/offset" ? pageByKey(statement, snapshot) : {}),
      }));
  });
  const paged = new Set(
    ofPlans
      .filter(({ kind }) => kind === "plan/offset")
      .map(({ statements }) => statements[0]?.fingerprint),
  );
  const others = costliest.filter(({ fingerprint }) => !paged.has(fingerprint));
  return [...ofPlans, ...(await advisePages(others, workload, snapshot, whatIf))];
}

/** The page behind a key, where the statement's order allows one. */
function pageByKey(statement: Statement, snapshot: Snapshot): Pick<Finding, "replacement"> {
  const page = pageOf(statement, readCatalogue(snapshot));
  return page === null
    ? {}
    : {
        replacement: {
          kind: "keyset page",
          fingerprint: statement.fingerprint,
          text: page.text,
          callerMust: page.callerMust,
        },
      };
}

function ofStatement(
  finding: Finding,
  statement: Statement,
  { window }: Workload,
  wholeMs: number,
): Finding {
  const { fingerprint, text, calls, meanMs, totalMs } = statement;
  const hours = window.durationMs / MS_AN_HOUR;
  const rung = statement.isTimeEstimated === true ? "estimated" : "measured";
  return {
    ...finding,
    id: createHash("sha256").update(`${finding.id} ${fingerprint}`).digest("hex").slice(0, 16),
    statements: [
      {
        fingerprint,
        text,
        calls,
        shareOfTime: totalMs / Math.max(1, wholeMs),
        meanMs,
        // How much faster it would be is not known before it is tried.
        expectedMeanMs: meanMs,
      },
    ],
    evidence: [
      ...finding.evidence.map((one) => ({ ...one, source: "twin" })),
      {
        name: "time an hour in this statement",
        value: hours > 0 ? totalMs / hours : totalMs,
        unit: "ms",
        rung,
        source: window.source === "file" ? "twin" : "pg_stat_statements",
        at: window.to,
      },
    ],
  };
}
