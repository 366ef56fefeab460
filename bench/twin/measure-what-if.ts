import { readSnapshot, type Twin } from "@streamgate/pg-advisor";
import pg from "pg";
import { MEDIA_STATEMENTS } from "../../test/support/media-statements.ts";
import type { TestPostgres } from "../../test/support/postgres.ts";
import {
  compareOnTwin,
  fidelityOf,
  MEDIA_CANDIDATES,
  MEDIA_INDEX_STATEMENTS,
} from "../../test/support/twin-fidelity.ts";
import type { BenchRow } from "../contract.ts";
import { type Cost, measureCost } from "../support/cost.ts";
import type { MakeTwin } from "./make-twin.ts";
import { cpu, rowOf, shareRow, wall } from "./rows.ts";

const ROUNDS = 5;

export interface WhatIfFound {
  readonly rows: readonly BenchRow[];
  readonly sameAsReal: number;
  readonly sameAsCreated: number;
}

/** One evaluation: one statement, planned in a world with one more index. */
export async function measureWhatIf(
  postgres: TestPostgres,
  makeTwin: MakeTwin,
  tell: (line: string) => void,
): Promise<WhatIfFound> {
  const snapshot = await readSnapshot(postgres.url(), { needsStatements: false });
  const twin = await makeTwin(snapshot);
  const client = new pg.Client({ connectionString: postgres.url() });
  await client.connect();
  try {
    const asReal = fidelityOf(await compareOnTwin(postgres.url(), twin, MEDIA_STATEMENTS));
    await twin.define(MEDIA_CANDIDATES);
    const onTwin: Cost[] = [];
    const onReal: Cost[] = [];
    for (let round = 1; round <= ROUNDS; round += 1) {
      tell(`evaluating indexes, round ${round} of ${ROUNDS}`);
      onTwin.push(await measureCost(() => evaluateOnTwin(twin)));
      onReal.push(await measureCost(() => evaluateOnReal(client)));
    }
    for (const statement of MEDIA_INDEX_STATEMENTS) await client.query(statement);
    const present = MEDIA_CANDIDATES.map(({ id }) => id);
    const asCreated = fidelityOf(
      await compareOnTwin(postgres.url(), twin, MEDIA_STATEMENTS, { present, absent: [] }),
    );
    const evaluations = MEDIA_CANDIDATES.length * MEDIA_STATEMENTS.length;
    const each = (value: (cost: Cost) => number) => (cost: Cost) =>
      (value(cost) * 1000) / evaluations;
    const real = "real index on real data";
    return {
      rows: [
        rowOf(
          "twin",
          "what-if evaluation, CPU",
          "µs",
          onTwin.map(each(cpu)),
          onTwin.map(each(cpu)),
        ),
        rowOf(real, "what-if evaluation, CPU", "µs", onReal.map(each(cpu)), onTwin.map(each(cpu))),
        rowOf(
          "twin",
          "what-if evaluation, wall",
          "µs",
          onTwin.map(each(wall)),
          onTwin.map(each(wall)),
        ),
        rowOf(
          real,
          "what-if evaluation, wall",
          "µs",
          onReal.map(each(wall)),
          onTwin.map(each(wall)),
        ),
        shareRow("plans with the shape and rows of the real ones", asReal.sameShapeAndRows),
        shareRow("plans equal to the bit", asReal.sameToTheBit),
        shareRow(
          "candidates: plans with the shape and rows of the real ones",
          asCreated.sameShapeAndRows,
        ),
        shareRow("candidates: plans equal to the bit", asCreated.sameToTheBit),
      ],
      sameAsReal: asReal.sameShapeAndRows,
      sameAsCreated: asCreated.sameShapeAndRows,
    };
  } finally {
    await client.end();
    await twin.close();
  }
}

async function evaluateOnTwin(twin: Twin): Promise<void> {
  const sample = { values: [], weight: 1, origin: "given" } as const;
  const requests = MEDIA_STATEMENTS.map((text) => ({ text, sample }));
  for (const { id } of MEDIA_CANDIDATES) {
    await twin.planMany(requests, { present: [id], absent: [] });
  }
}

async function evaluateOnReal(client: pg.Client): Promise<void> {
  for (const statement of MEDIA_INDEX_STATEMENTS) {
    await client.query("begin");
    await client.query(statement);
    for (const text of MEDIA_STATEMENTS) {
      await client.query(`explain (format json, verbose) ${text}`);
    }
    await client.query("rollback");
  }
}
