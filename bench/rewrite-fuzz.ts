// Does any rule ever change a result? Random statements and all their rewritings, on small databases drawn to break them.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { seededRandom, systemClock } from "@streamgate/core";
import { startTestPostgres } from "../test/support/postgres.ts";
import { runFuzz } from "../test/support/rewrite-corpus/run-fuzz.ts";
import { SHOP_SCHEMA_SQL } from "../test/support/rewrite-corpus/shop-schema.ts";
import type { Bench, BenchRow } from "./contract.ts";

const EXECUTIONS = Number(process.env.STREAMGATE_FUZZ_EXECUTIONS ?? 1_000_000);
const SEED = Number(process.env.STREAMGATE_FUZZ_SEED ?? 1);

export const bench: Bench = {
  async measure(tell) {
    const folder = await mkdtemp("/tmp/streamgate-bench-fuzz-");
    await chmod(folder, 0o755);
    const postgres = await startTestPostgres({ hasStatementCounters: false });
    try {
      await postgres.createDatabase("shop");
      await postgres.query(SHOP_SCHEMA_SQL, undefined, "shop");
      const startedMs = systemClock.monotonicMs();
      const tally = await runFuzz({
        source: postgres.url("shop"),
        folder: join(folder, "small"),
        executions: EXECUTIONS,
        databasesPerStatement: Number(process.env.STREAMGATE_FUZZ_DATABASES ?? 250),
        random: seededRandom(SEED),
        tell,
      });
      const seconds = (systemClock.monotonicMs() - startedMs) / 1000;
      const row = (metric: string, unit: string, value: number): BenchRow => ({
        subject: "streamgate",
        metric,
        unit,
        median: value,
        best: value,
        ratio: 1,
      });
      return {
        versions: { node: process.version },
        rows: [
          row("random statements", "statements", tally.statements),
          row("statements that some rule rewrites", "statements", tally.rewritten),
          row("rewritings", "rewritings", tally.rewritings),
          row("differential executions", "executions", tally.executions),
          row("executions whose result had rows", "executions", tally.withRows),
          row("executions a second", "executions", tally.executions / seconds),
          row("wrong rewritings", "rewritings", tally.wrong.length),
          row("rewritings that could not be compared", "rewritings", tally.notRun),
          ...[...tally.byRule].map(([rule, count]) =>
            row(`rewritings by ${rule}`, "rewritings", count),
          ),
        ],
        verdict: {
          goal: "0 wrong in at least 1,000,000 differential executions",
          value: `${tally.wrong.length} wrong in ${tally.executions} executions`,
          met: tally.wrong.length === 0 && tally.executions >= 1_000_000,
        },
      };
    } finally {
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};
