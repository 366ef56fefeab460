// Are indexes advised on 3,000 statements over 2,000 tables and 200 partitions within a minute and 500 MB?
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";
import { startTestPostgres } from "../test/support/postgres.ts";
import type { Bench } from "./contract.ts";
import { adviseAtScale } from "./index-scale/advise-at-scale.ts";
import { createSchema, PARTITIONS, TABLES } from "./index-scale/schema.ts";
import { countersOfManyStatements, STATEMENTS } from "./index-scale/statements.ts";

const MOST_SECONDS = 60;
const MOST_MEGABYTES = 500;

export const bench: Bench = {
  async measure(tell) {
    // As the command `streamgate` does.
    setFlagsFromString("--heap-growing-percent=30");
    const postgres = await startTestPostgres({
      settings: { autovacuum: "off", fsync: "off", max_locks_per_transaction: "256" },
      hasStatementCounters: false,
    });
    const folder = await mkdtemp("/tmp/streamgate-bench-scale-");
    await chmod(folder, 0o755);
    try {
      tell(`making ${TABLES} tables, of them ${PARTITIONS} partitions`);
      await createSchema(postgres);
      tell(`advising on ${STATEMENTS} statements`);
      const found = await adviseAtScale({
        url: postgres.url(),
        folder,
        counters: countersOfManyStatements(),
        tell,
      });
      return {
        versions: { node: process.version, postgresql: found.version },
        rows: found.rows,
        verdict: {
          goal: `less than ${MOST_SECONDS} s from reading the database to the findings (CPU of all servers: one step waits for another, so on a quiet machine it is the time that passes), and less than ${MOST_MEGABYTES} MB of the process at its peak`,
          value: `${found.cpuSeconds.toFixed(1)} s of CPU, ${found.seconds.toFixed(1)} s by the clock, ${found.peakMegabytes.toFixed(0)} MB`,
          met: found.cpuSeconds < MOST_SECONDS && found.peakMegabytes < MOST_MEGABYTES,
        },
      };
    } finally {
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};
