// How much of a workload's time do advised indexes really save, against other advisors with the same bytes?
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { startTestPostgres } from "../test/support/postgres.ts";
import type { Bench } from "./contract.ts";
import { type CaseFound, measureCase } from "./index-advice/measure-case.ts";
import { mediaCase } from "./index-advice/media/media-case.ts";
import { rowsOf } from "./index-advice/rows.ts";
import { tellStatements } from "./index-advice/tell-statements.ts";
import { tpchCase } from "./index-advice/tpch/tpch-case.ts";
import { verdictOf } from "./index-advice/verdict.ts";
import { twinMaker } from "./twin/make-twin.ts";

/** 1 stands for about a gigabyte of rows: `BENCH_TPCH_SCALE=1 npm run bench -- index-advice`. */
const TPCH_SCALE = Number(process.env.BENCH_TPCH_SCALE ?? 0.05);
const MEDIA_SCALE = Number(process.env.BENCH_MEDIA_SCALE ?? 0.1);
/** Comma-separated; both are asked for by default. */
const WORKLOADS = (process.env.BENCH_WORKLOADS ?? "tpch,media").split(",");
const SEED = Number(process.env.BENCH_SEED ?? 1);
/** Several times what the slowest statement that ends at all takes; more rows take longer. */
const TIMEOUT_MS = Math.max(2_000, 60_000 * TPCH_SCALE);

/** One process a statement, all rows in memory, statistics that nobody renews. */
const SETTINGS = {
  autovacuum: "off",
  io_method: "sync",
  max_parallel_workers_per_gather: "0",
  shared_buffers: "3GB",
};

export const bench: Bench = {
  async measure(tellPlainly) {
    const postgres = await startTestPostgres({ settings: SETTINGS, hasStatementCounters: false });
    const folder = await mkdtemp("/tmp/streamgate-bench-advice-");
    await chmod(folder, 0o755);
    const started = performance.now();
    const since = (): string =>
      `${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s`;
    const tell = (line: string): void => tellPlainly(`${since()}  ${line}`);
    const tools = { postgres, makeTwin: twinMaker(folder), folder, timeoutMs: TIMEOUT_MS, tell };
    try {
      const [version] = await postgres.query("show server_version");
      const found: CaseFound[] = [];
      for (const workload of [tpchCase(TPCH_SCALE, SEED), mediaCase(MEDIA_SCALE, SEED)]) {
        if (!WORKLOADS.includes(workload.database)) continue;
        const measured = await measureCase(workload, tools);
        tellStatements(measured, tell);
        found.push(measured);
      }
      return {
        versions: {
          node: process.version,
          postgresql: String(version?.server_version),
          "TPC-H scale": String(TPCH_SCALE),
          "media scale": String(MEDIA_SCALE),
        },
        rows: found.flatMap(rowsOf),
        verdict: verdictOf(found),
      };
    } finally {
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};
