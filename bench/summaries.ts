// Which repeated aggregates can be read from a summary without any difference, how much faster, and what do writers pay? And do statistics mend estimates?
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { seededRandom, systemClock } from "@streamgate/core";
import { identifyStatement, type RunContext } from "@streamgate/pg-advisor";
import { startTestPostgres, type TestPostgres } from "../test/support/postgres.ts";
import type { Bench, BenchRow } from "./contract.ts";
import { type Asked, askAll } from "./summaries/ask.ts";
import { adviseAndProve, type Measured } from "./summaries/measure.ts";
import { PLACE_STATEMENTS, PLACES } from "./summaries/places.ts";
import { type SaleStatement, SCHEMA, STATEMENTS } from "./summaries/sales.ts";

/** As long as the calls would be asked for, once every ten seconds each. */
const WINDOW_MS = 60_000;
const SPEEDUP_AT_LEAST = 10;
const ERROR_AT_MOST = 3;

export const bench: Bench = {
  async measure(tell) {
    const postgres = await startTestPostgres({
      settings: { autovacuum: "off", shared_buffers: "256MB" },
    });
    const folder = await mkdtemp("/tmp/streamgate-bench-summaries-");
    await chmod(folder, 0o755);
    const context: RunContext = {
      clock: systemClock,
      random: seededRandom(7),
      signal: new AbortController().signal,
      onProgress: () => undefined,
    };
    const look = async (name: string, schema: string, statements: readonly Asked[]) => {
      const url = await postgres.createDatabase(name);
      await postgres.query(`select setseed(0.5); ${schema}`, undefined, name);
      await postgres.query("vacuum analyze", undefined, name);
      await postgres.query("select pg_stat_statements_reset()", undefined, name);
      await askAll(url, statements);
      tell(`advising on ${name}, and proving it`);
      return adviseAndProve(url, folder, WINDOW_MS, context);
    };
    try {
      const sales = await look("sales", SCHEMA, STATEMENTS);
      const places = await look("places", PLACES, PLACE_STATEMENTS);
      const wrong = STATEMENTS.filter(
        (statement) => formOf(statement, sales) !== statement.expected,
      );
      for (const statement of wrong)
        tell(`not as expected: ${statement.name}: ${formOf(statement, sales)}`);
      for (const { finding, proof } of sales.proofs.values())
        tell(`${finding.fix?.summary} ${proof.explanation}`);
      return {
        versions: { node: process.version, postgresql: await versionOf(postgres) },
        rows: [
          ...STATEMENTS.flatMap((statement) => summaryRows(statement, sales)),
          ...PLACE_STATEMENTS.flatMap(({ name, text }) => estimateRows(name, text, places)),
        ],
        verdict: verdictOf(sales, places, wrong),
      };
    } finally {
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function verdictOf(sales: Measured, places: Measured, wrong: readonly SaleStatement[]) {
  const proofs = [...sales.proofs.values()].map(({ proof }) => proof);
  const proven = proofs.filter(({ verdict }) => verdict === "proven").length;
  const different = proofs.filter(({ verdict }) => verdict === "harmful").length;
  const speedup = medianOf(
    proofs.map(({ statements }) => statements[0]?.speedupOfMedian.point ?? Number.NaN),
  );
  const errors = [...places.errors.values()];
  const mended = errors.filter(({ after }) => after <= ERROR_AT_MOST).length;
  return {
    goal: `each of ${STATEMENTS.length} statements kept in the form that is exact for it, or declined; all proven, 0 different; ${SPEEDUP_AT_LEAST}× at the median; ${PLACE_STATEMENTS.length} estimates mended to ${ERROR_AT_MOST}×`,
    value: `${STATEMENTS.length - wrong.length} as expected; ${proven} of ${proofs.length} proven, ${different} different; ${speedup.toFixed(1)}×; ${mended} mended`,
    met:
      wrong.length === 0 &&
      proven === proofs.length &&
      different === 0 &&
      speedup >= SPEEDUP_AT_LEAST &&
      mended === PLACE_STATEMENTS.length,
  };
}

function formOf({ text }: SaleStatement, { proofs }: Measured): SaleStatement["expected"] {
  const found = proofs.get(identifyStatement(text).fingerprint);
  if (found === undefined) return "declined";
  return found.finding.replacement?.callerMust === undefined ? "trigger" : "refresh";
}

function summaryRows({ name, text }: SaleStatement, { proofs }: Measured): readonly BenchRow[] {
  const proof = proofs.get(identifyStatement(text).fingerprint)?.proof;
  const measured = proof?.statements[0];
  if (proof === undefined || measured === undefined) return [];
  const { point } = measured.speedupOfMedian;
  const time = (subject: string, took: readonly number[], ratio: number): BenchRow => ({
    subject,
    metric: name,
    unit: "ms",
    median: medianOf(took),
    best: Math.min(...took),
    ratio,
  });
  const { writeCost } = proof;
  return [
    time("the statement as it is", measured.beforeMs, 1),
    time("read from the summary", measured.afterMs, 1 / point),
    ...(writeCost === undefined
      ? []
      : [
          {
            subject: "read from the summary",
            metric: `${name}: an INSERT of one row with its triggers`,
            unit: "µs",
            median: writeCost.afterUs,
            best: writeCost.beforeUs,
            ratio: writeCost.ratio.point,
          },
        ]),
  ];
}

function estimateRows(name: string, text: string, { errors }: Measured): readonly BenchRow[] {
  const error = errors.get(identifyStatement(text).fingerprint);
  if (error === undefined) return [];
  const row = (subject: string, value: number, ratio: number): BenchRow => ({
    subject,
    metric: `error of the estimate: ${name}`,
    unit: "ratio",
    median: value,
    best: value,
    ratio,
  });
  return [
    row("without the statistics", error.before, 1),
    row("with the statistics", error.after, error.after / error.before),
  ];
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function versionOf(postgres: TestPostgres): Promise<string> {
  const [row] = await postgres.query("show server_version");
  return String(row?.server_version);
}
