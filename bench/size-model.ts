// How many of 200 indexes of all kinds are predicted within 10 % of the size that they really have?
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { type IndexDefinition, readSnapshot } from "@streamgate/pg-advisor";
import { startTestPostgres, type TestPostgres } from "../test/support/postgres.ts";
import type { Bench } from "./contract.ts";
import { buildIndexes } from "./size-model/build-indexes.ts";
import { INDEXES } from "./size-model/indexes.ts";
import { closeShare, rowsOf, type SizedIndex, worstOf } from "./size-model/judge.ts";
import { hypopgFormula, rowsTimesWidth } from "./size-model/rivals.ts";
import { makeTables } from "./size-model/tables.ts";
import { twinMaker } from "./twin/make-twin.ts";

const OURS = "size model";
const HYPOPG = "HypoPG's formula";
const PLAIN = "rows × width × 1.2";
const GOAL = 0.95;

export const bench: Bench = {
  async measure(tell) {
    const settings = { autovacuum: "off", shared_buffers: "256MB", fsync: "off" };
    const postgres = await startTestPostgres({ settings, hasStatementCounters: false });
    try {
      await makeTables(postgres, tell);
      const indexes = await sizeIndexes(postgres, tell);
      tell(`the ten worst of ${OURS}:`);
      for (const line of worstOf(indexes, OURS)) tell(`  ${line}`);
      const share = closeShare(indexes, OURS);
      return {
        versions: { node: process.version, postgresql: await versionOf(postgres) },
        rows: rowsOf(indexes, [OURS, HYPOPG, PLAIN], OURS),
        verdict: {
          goal: `at least ${GOAL * 100} % of the indexes within 10 % of their real size`,
          value: `${(share * 100).toFixed(1)} % of ${indexes.length}`,
          met: share >= GOAL,
        },
      };
    } finally {
      await postgres.stop();
    }
  },
};

/** Predictions come first, from the snapshot alone; the indexes are built afterwards. */
async function sizeIndexes(
  postgres: TestPostgres,
  tell: (line: string) => void,
): Promise<readonly SizedIndex[]> {
  const snapshot = await readSnapshot(postgres.url(), { needsStatements: false });
  const folder = await mkdtemp("/tmp/streamgate-bench-sizes-");
  await chmod(folder, 0o755);
  try {
    const twin = await twinMaker(folder)(snapshot);
    try {
      tell(`predicting ${INDEXES.length} indexes`);
      await twin.define(INDEXES.map(({ candidate }) => candidate));
      const predictions = INDEXES.map(({ candidate }) => twin.sizeBytes(candidate.id));
      const built = await buildIndexes(postgres.url(), INDEXES, tell);
      return INDEXES.map(({ kind, candidate: { definition } }, position) => {
        const { bytes = 0, plannedRows = 0 } = built[position] ?? {};
        return {
          kind,
          label: labelOf(definition),
          bytes,
          predicted: {
            [OURS]: predictions[position] ?? null,
            [HYPOPG]: hypopgFormula(definition, plannedRows, snapshot),
            [PLAIN]: rowsTimesWidth(definition, plannedRows, snapshot),
          },
        };
      });
    } finally {
      await twin.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function labelOf({ table, method, keys, include, predicate, options }: IndexDefinition): string {
  const parts = [
    `${method} ${table.name} (${keys.map(({ column, expression, operatorClass }) => `${column ?? expression}${operatorClass === null ? "" : ` ${operatorClass}`}`).join(", ")})`,
    include.length === 0 ? "" : `include (${include.join(", ")})`,
    options.join(", "),
    predicate === null ? "" : `where ${predicate}`,
  ];
  return parts.filter((part) => part !== "").join(" ");
}

async function versionOf(postgres: TestPostgres): Promise<string> {
  const [row] = await postgres.query("show server_version");
  return String(row?.server_version);
}
