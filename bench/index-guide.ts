// What does each kind of index in the guide bring, what does it hold, and what does it cost writers?
import { startTestPostgres, type TestPostgres } from "../test/support/postgres.ts";
import type { Bench } from "./contract.ts";
import { KINDS } from "./index-guide/kinds.ts";
import { measureKind, type Trial } from "./index-guide/measure-kind.ts";
import { measureNeglect } from "./index-guide/measure-neglect.ts";
import { measureWrites } from "./index-guide/measure-writes.ts";
import { ROWS, seed } from "./index-guide/seed.ts";

/** A serving index must read at most this share of the pages that are read without it. */
const SERVES_BELOW = 0.25;

export const bench: Bench = {
  async measure(tell) {
    const settings = {
      autovacuum: "off",
      // VACUUM notes no page as visible while the commit of its rows is not in the log: index-only scans would read the table.
      synchronous_commit: "on",
      shared_buffers: "256MB",
      max_parallel_workers_per_gather: "0",
      random_page_cost: "1.1",
    };
    const postgres = await startTestPostgres({ settings, hasStatementCounters: false });
    try {
      tell(`making ${ROWS.toLocaleString("en")} orders`);
      await seed(postgres);
      const trials: Trial[] = [];
      for (const kind of KINDS) {
        tell(kind.title);
        trials.push(...(await measureKind(postgres, kind)));
      }
      tell("what writers pay");
      const writes = await measureWrites(postgres);
      tell("what deletes leave behind");
      const neglect = await measureNeglect(postgres);
      const wrong = trials.filter(isUnexpected);
      for (const { subject } of wrong) tell(`not as the guide says: ${subject}`);
      return {
        versions: { node: process.version, postgresql: await versionOf(postgres) },
        rows: [...trials.flatMap(({ rows }) => rows), ...writes, ...neglect],
        verdict: {
          goal: `each index that the guide praises reads at most ${SERVES_BELOW * 100} % of the pages that are read without it, and each that it warns of more`,
          value: `${trials.length - wrong.length} of ${trials.length}`,
          met: wrong.length === 0,
        },
      };
    } finally {
      await postgres.stop();
    }
  },
};

function isUnexpected({ serves, pagesShare }: Trial): boolean {
  return serves !== null && serves !== pagesShare <= SERVES_BELOW;
}

async function versionOf(postgres: TestPostgres): Promise<string> {
  const [row] = await postgres.query("show server_version");
  return String(row?.server_version);
}
