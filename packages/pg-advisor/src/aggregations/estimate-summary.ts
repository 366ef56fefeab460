import type { ColumnFacts } from "../candidates/column-facts.ts";
import type { PlanNode } from "../plans/plan.ts";
import { parseArrayText } from "../snapshot/array-text.ts";
import type { Aggregation, SummaryKey } from "./reading/aggregation.ts";
import type { TimeUnit } from "./time/time-unit.ts";

const MINUTE_MS = 60_000;
const UNIT_MS: Readonly<Record<TimeUnit, number>> = {
  minute: MINUTE_MS,
  "15 minutes": 15 * MINUTE_MS,
  hour: 60 * MINUTE_MS,
  day: 1_440 * MINUTE_MS,
  month: 30.44 * 1_440 * MINUTE_MS,
  year: 365.25 * 1_440 * MINUTE_MS,
};
/** What is taken for an expression of which no statistics tell. */
const VALUES_OF_EXPRESSION = 200;
/** Where no histogram tells how far the instants reach. */
const UNKNOWN_SPAN_MS = 365 * 1_440 * MINUTE_MS;

/**
 * Rows that a summary would have, by the statistics of its keys: n rows thrown at random into d combinations of keys leave
 * d(1 − e^(−n/d)) of them filled. Keys that go together fill fewer, so that it is an upper bound in the main.
 */
export function estimateSummaryRows(
  aggregation: Aggregation,
  facts: ColumnFacts,
  tableRows: number,
): number {
  const rows = Math.max(1, tableRows);
  let combinations = 1;
  for (const key of aggregation.keys) combinations *= valuesOf(key, aggregation, facts);
  if (!Number.isFinite(combinations)) return rows;
  return Math.max(1, Math.min(rows, -combinations * Math.expm1(-rows / combinations)));
}

function valuesOf(key: SummaryKey, { originOf }: Aggregation, facts: ColumnFacts): number {
  if (key.kind === "expression") return VALUES_OF_EXPRESSION;
  const { relation, column } = originOf(key.kind === "column" ? key.name : key.column);
  if (key.kind === "column") return facts.distinctValues(relation, column);
  const statistics = facts.statistics(relation, column);
  const instants = [statistics?.histogramBounds, statistics?.mostCommonValues]
    .flatMap((text) => parseArrayText(text ?? "{}"))
    .map((text) => Date.parse((text ?? "").replace(/([+-]\d\d)$/, "$1:00")))
    .filter(Number.isFinite);
  const spanMs =
    instants.length < 2 ? UNKNOWN_SPAN_MS : Math.max(...instants) - Math.min(...instants);
  return Math.max(1, Math.ceil(spanMs / UNIT_MS[key.unit]));
}

/** The rows that a plan's lowest aggregate takes in, as the planner expects them; null where it aggregates nothing. */
export function rowsAggregated(plan: PlanNode): number | null {
  const below = plan.children.map(rowsAggregated).find((rows): rows is number => rows !== null);
  if (below !== undefined) {
    const workers = plan.nodeType.startsWith("Gather") ? (plan.workersPlanned ?? 0) : 0;
    // The leader works too, the less the more workers it serves (get_parallel_divisor in costsize.c).
    return below * (workers + Math.max(0, 1 - 0.3 * workers) || 1);
  }
  if (plan.nodeType !== "Aggregate" && plan.nodeType !== "Group") return null;
  const [input] = plan.children;
  return input?.rows ?? null;
}
