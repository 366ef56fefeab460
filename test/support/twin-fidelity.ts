import type { Candidate, Configuration, PlanNode, WhatIf } from "@streamgate/pg-advisor";
import pg from "pg";
import { btreeOn, type ColumnOrder } from "../../packages/pg-advisor/src/candidates/candidate.ts";
import {
  comparePlans,
  type PlanComparison,
} from "../../packages/pg-advisor/src/plans/compare-plans.ts";
import { parsePlan } from "../../packages/pg-advisor/src/plans/parse-plan.ts";
import { planShape } from "../../packages/pg-advisor/src/plans/plan-shape.ts";
import { MEDIA_INDEXES } from "./media-statements.ts";

/** One statement, planned on the real database and on its twin. */
export interface StatementComparison extends PlanComparison {
  readonly text: string;
  readonly real: PlanNode;
  readonly twin: PlanNode;
}

/** Shares of the statements, 0 to 1. */
export interface Fidelity {
  readonly statements: number;
  readonly sameShape: number;
  readonly sameShapeAndRows: number;
  readonly sameToTheBit: number;
}

/** Plans every statement on both; a statement that one of them refuses is an error here. */
export async function compareOnTwin(
  databaseUrl: string,
  twin: WhatIf,
  statements: readonly string[],
  configuration: Configuration = { present: [], absent: [] },
): Promise<readonly StatementComparison[]> {
  const real = await planOnReal(databaseUrl, statements);
  const requests = statements.map((text) => ({ text, sample: WITHOUT_VALUES }));
  const answers = await twin.planMany(requests, configuration);
  return statements.map((text, position) => {
    const [here, there] = [real[position], answers[position]];
    if (here === undefined || there === undefined) throw new Error(`${text}: no plan`);
    if (there instanceof Error) throw new Error(`${text}: ${there.message}`, { cause: there });
    return { text, real: here, twin: there, ...comparePlans(here, there) };
  });
}

const WITHOUT_VALUES = { values: [], weight: 1, origin: "given" } as const;

async function planOnReal(
  databaseUrl: string,
  statements: readonly string[],
): Promise<readonly PlanNode[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const plans: PlanNode[] = [];
    for (const text of statements) {
      const { rows } = await client.query(`explain (format json, verbose) ${text}`);
      plans.push(parsePlan(rows[0]?.["QUERY PLAN"]));
    }
    return plans;
  } finally {
    await client.end();
  }
}

export function fidelityOf(comparisons: readonly StatementComparison[]): Fidelity {
  const share = (isSame: (comparison: StatementComparison) => boolean): number =>
    comparisons.filter(isSame).length / comparisons.length;
  return {
    statements: comparisons.length,
    sameShape: share(({ hasSameShape }) => hasSameShape),
    sameShapeAndRows: share(({ hasSameShape, hasSameRows }) => hasSameShape && hasSameRows),
    sameToTheBit: share(({ hasSameRows, hasSameCosts }) => hasSameRows && hasSameCosts),
  };
}

/** What differs, for a person: the statement, both plans, both costs. */
export function describeDifferences(comparisons: readonly StatementComparison[]): string {
  return comparisons
    .filter(({ hasSameRows, hasSameCosts }) => !(hasSameRows && hasSameCosts))
    .map(({ text, real, twin, hasSameShape }) =>
      hasSameShape
        ? `${text}\n  rows ${real.rows} and ${twin.rows}, cost ${real.totalCost} and ${twin.totalCost}`
        : `${text}\n--- real, cost ${real.totalCost}\n${planShape(real)}\n--- twin, cost ${twin.totalCost}\n${planShape(twin)}`,
    )
    .join("\n");
}

/** The sensible indexes as statements, and as candidates of the same names. */
export const MEDIA_INDEX_STATEMENTS: readonly string[] = MEDIA_INDEXES.map(
  ({ name, table, columns, include, predicate }) =>
    [
      `create index ${name} on ${table} (${columns.join(", ")})`,
      include === undefined ? "" : `include (${include.join(", ")})`,
      predicate === undefined ? "" : `where ${predicate}`,
    ].join(" "),
);

export const MEDIA_CANDIDATES: readonly Candidate[] = MEDIA_INDEXES.map(
  ({ name, table, columns, include = [], predicate = null }) => ({
    id: name,
    definition: {
      ...btreeOn({ schema: "public", name: table }, columns.map(keyOf)),
      include,
      predicate,
    },
    fingerprints: [],
    origin: "an index of a test",
  }),
);

function keyOf(column: string): ColumnOrder {
  const [name = column, direction] = column.split(" ");
  return direction === "desc"
    ? { column: name, direction: "desc", nulls: "first" }
    : { column: name, direction: "asc", nulls: "last" };
}
