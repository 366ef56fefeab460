// Does a purge by tag reach every page, whatever its tags, and how soon does a real Varnish fetch anew?
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { findVarnishProgram } from "../test/support/varnish-binary.ts";
import { measureCoverage } from "./cache-edge/measure-coverage.ts";
import { measurePurges } from "./cache-edge/measure-purges.ts";
import type { Bench } from "./contract.ts";

const LONGEST_P99_MS = 50;

export const bench: Bench = {
  async measure(tell) {
    const coverage = measureCoverage(tell);
    const purges = await measurePurges(tell);
    return {
      versions: { node: process.version, varnish: await varnishVersion() },
      rows: [...coverage.rows, ...purges.rows],
      verdict: {
        goal: `0 pages under-purged; purge to MISS within ${LONGEST_P99_MS} ms for 99 of 100`,
        value: `${coverage.underPurged} of ${coverage.purges} purges missed their page; p99 ${purges.p99Ms.toFixed(1)} ms`,
        met: coverage.underPurged === 0 && purges.p99Ms <= LONGEST_P99_MS,
      },
    };
  },
};

async function varnishVersion(): Promise<string> {
  const { stderr } = await promisify(execFile)(await findVarnishProgram(), ["-V"]);
  return /varnish-([\d.]+)/.exec(stderr)?.[1] ?? "unknown";
}
