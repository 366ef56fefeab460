import type { Chart, DatabaseQuery, Marker, PlanList, StatementView } from "@streamgate/contract";
import { notFound } from "../api/refusal.ts";
import type { StatementCallers } from "../callers/statement-callers.ts";
import { measured } from "../figures/figure.ts";
import type { GenericPlans } from "../plans/generic-plans.ts";
import { keptPlans, planMarkers, plansOf } from "../plans/read-statement-plans.ts";
import type { Platform } from "../platform/platform.ts";
import { readMarkers } from "../ranges/read-markers.ts";
import { readRange } from "../ranges/read-range.ts";
import { alignRange } from "../ranges/steps.ts";
import { rangeView, type SteppedRange } from "../ranges/time-range.ts";
import { bookBefore, requireDatabase, statementRange } from "./list-statements.ts";
import { openFindings } from "./open-findings.ts";
import { regressionFigures } from "./regressions/regression-figures.ts";
import type { StatementBooks } from "./statement-books.ts";
import { findStatementRows, type StatementRow } from "./statement-rows.ts";
import { statementSummary } from "./statement-summary.ts";
import { STATEMENT_SERIES, type StatementTotals, statementKey } from "./statement-totals.ts";
import { combine, increases, type StepValues, scale } from "./step-values.ts";

/** What statements and their plans are read with. */
export interface StatementParts {
  readonly platform: Platform;
  readonly books: StatementBooks;
  readonly genericPlans: GenericPlans;
  readonly callers: StatementCallers;
}

const FINGERPRINT = /^[0-9a-f]{16}$/;

/** One statement over a stretch of time. @throws ApiRefusal 404 where it was never seen */
export async function statementView(
  { platform, books, genericPlans, callers }: StatementParts,
  fingerprint: string,
  query: DatabaseQuery,
): Promise<StatementView> {
  requireDatabase(platform, query.database);
  const row = await findStatement(platform, fingerprint, query.database);
  const asked = await readRange(platform, query);
  const coarse = statementRange(asked);
  const range = alignRange(asked);
  const book = await books.of(coarse);
  const before = await bookBefore(books, coarse);
  const findings = (await openFindings(platform)).get(statementKey(row.database, fingerprint));
  const totals = book.find(row.database, fingerprint) ?? nothing(row);
  const kept = await keptPlans(platform, row);
  const [markers, plans, calledBy] = await Promise.all([
    readMarkers(platform, range),
    plansOf({ platform, genericPlans }, row, kept),
    callers.of(row.database, fingerprint),
  ]);
  return {
    range: rangeView(range),
    statement: statementSummary({
      totals,
      before: before === null ? null : before.find(row.database, fingerprint),
      row,
      totalMs: book.totalMs(row.database),
      recommendations: findings?.length ?? 0,
    }),
    figures: [...(await regressionFigures(platform, row.database, fingerprint)), ...figuresOf(row)],
    charts: await chartsOf(platform, row, range),
    markers: inOrderOfTime([...markers, ...planMarkers(kept, range)]),
    plans,
    callers: calledBy,
    recommendations: findings ?? [],
  };
}

/** The plans that a statement was seen to have. @throws ApiRefusal 404 where it was never seen */
export async function listPlans(
  { platform, genericPlans }: Pick<StatementParts, "platform" | "genericPlans">,
  fingerprint: string,
): Promise<PlanList> {
  const row = await findStatement(platform, fingerprint, undefined);
  const kept = await keptPlans(platform, row);
  const seen = await plansOf({ platform, genericPlans }, row, kept);
  const isTold = seen.some(({ source }) => source === "database");
  return { items: isTold ? seen : await plansOf({ platform, genericPlans }, row, kept, true) };
}

function inOrderOfTime(markers: readonly Marker[]): readonly Marker[] {
  return markers.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

async function findStatement(
  platform: Platform,
  fingerprint: string,
  database: string | undefined,
): Promise<StatementRow> {
  const rows = FINGERPRINT.test(fingerprint)
    ? await findStatementRows(platform.tables.query, fingerprint)
    : [];
  const watched = new Set(platform.configuration().databases.map(({ name }) => name));
  const row =
    database === undefined
      ? (rows.find((one) => watched.has(one.database)) ?? rows[0])
      : rows.find((one) => one.database === database);
  if (row === undefined) throw notFound("statement", fingerprint);
  return row;
}

/** Known, and not called in the range. */
function nothing({ database, fingerprint }: StatementRow): StatementTotals {
  return {
    database,
    fingerprint,
    calls: 0,
    totalMs: 0,
    rows: 0,
    blocksHit: 0,
    blocksRead: 0,
    meanMsByStep: new Float32Array(),
  };
}

/** What the counters say since they count. */
function figuresOf(row: StatementRow): StatementView["figures"] {
  return [
    { id: "fastest", title: "Fastest call", figure: measured(row.minMs, "ms") },
    { id: "slowest", title: "Slowest call", figure: measured(row.maxMs, "ms") },
    { id: "spread", title: "Standard deviation", figure: measured(row.stddevMs, "ms") },
    {
      id: "calls-counted",
      title: "Calls since counting began",
      figure: measured(row.calls, "count"),
    },
    {
      id: "temp-blocks",
      title: "Temporary blocks written",
      figure: measured(row.tempBlocksWritten, "count"),
    },
    { id: "wal", title: "WAL written", figure: measured(row.walBytes, "bytes") },
  ];
}

async function chartsOf(
  platform: Platform,
  { database, fingerprint }: StatementRow,
  range: SteppedRange,
): Promise<readonly Chart[]> {
  const now = await readLines(platform, range, database, fingerprint);
  const { compared, stepMs } = range;
  const earlier =
    compared === null
      ? null
      : await readLines(
          platform,
          { fromMs: compared.fromMs, toMs: compared.toMs, stepMs, compared: null },
          database,
          fingerprint,
        );
  return CHARTS.map(({ id, title, unit }) => ({
    id,
    title,
    unit,
    rung: "measured",
    startMs: range.fromMs,
    stepMs,
    lines: [{ label: title, labels: {}, values: now[id] }],
    ...(earlier === null ? {} : { compared: [{ label: title, labels: {}, values: earlier[id] }] }),
  }));
}

const CHARTS = [
  { id: "mean", title: "Mean time a call", unit: "ms" },
  { id: "calls", title: "Calls", unit: "per second" },
  { id: "load", title: "Time in it each second", unit: "ms" },
  { id: "rows", title: "Rows a call", unit: "rows" },
] as const;

async function readLines(
  platform: Platform,
  range: SteppedRange,
  database: string,
  fingerprint: string,
): Promise<Readonly<Record<(typeof CHARTS)[number]["id"], StepValues>>> {
  const where = [
    { label: "database", is: database },
    { label: "fingerprint", is: fingerprint },
  ];
  const { fromMs, toMs, stepMs } = range;
  const [calls, seconds, rows] = await Promise.all(
    (["calls", "seconds", "rows"] as const).map(async (series) => {
      const selector = { name: STATEMENT_SERIES[series], where };
      const query = { selector, fromMs, toMs, stepMs, by: [] };
      return increases(await platform.series.aggregate(query), range);
    }),
  );
  if (calls === undefined || seconds === undefined || rows === undefined)
    throw new Error("three series were asked for");
  return {
    mean: combine(seconds, calls, (one, other) => (one / other) * 1_000),
    calls: scale(calls, 1_000 / stepMs),
    load: scale(seconds, 1_000_000 / stepMs),
    rows: combine(rows, calls, (one, other) => one / other),
  };
}
