// Does the twin plan as the real database does, and what do building it and asking it cost?
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { seedMedia } from "@streamgate/example-media";
import { startTestPostgres, type TestPostgres } from "../test/support/postgres.ts";
import type { Bench, BenchRow } from "./contract.ts";
import { twinMaker } from "./twin/make-twin.ts";
import { measureBuilds, snapshotsOfManyTables } from "./twin/measure-builds.ts";
import { measureFidelity } from "./twin/measure-fidelity.ts";
import { measureWhatIf } from "./twin/measure-what-if.ts";

const MEDIA_SCALE = 0.2;
const PLANS_THAT_MUST_AGREE = 0.98;
const SAME_SHAPE_AT_LEAST = 0.99;
const SAME_TO_THE_BIT_AT_LEAST = 0.95;
const MANY_TABLES_MS_AT_MOST = 2000;

export const bench: Bench = {
  async measure(tell) {
    const settings = { autovacuum: "off", shared_buffers: "256MB" };
    const postgres = await startTestPostgres({ settings, hasStatementCounters: false });
    const folder = await mkdtemp("/tmp/streamgate-bench-twin-");
    await chmod(folder, 0o755);
    const makeTwin = twinMaker(folder);
    try {
      tell("making databases of few and of many tables, and the media catalogue");
      const snapshots = await snapshotsOfManyTables(postgres);
      await seedMedia({ databaseUrl: postgres.url(), scale: MEDIA_SCALE });
      await postgres.query("vacuum analyze");
      const builds = await measureBuilds(snapshots, makeTwin, tell);
      const { rows: evaluations, ...found } = await measureWhatIf(postgres, makeTwin, tell);
      const { rows: compared, ...alike } = await measureFidelity(makeTwin, tell);
      const agreeing = Math.min(found.sameAsReal, found.sameAsCreated);
      const buildMs = bestBuildMs(builds);
      const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
      return {
        versions: { node: process.version, postgresql: await versionOf(postgres) },
        rows: [...builds, ...evaluations, ...compared],
        verdict: {
          goal: `of ${alike.statements} statements over three schemas and five versions at least ${percent(SAME_SHAPE_AT_LEAST)} plans of the same shape, against 18 ${percent(SAME_TO_THE_BIT_AT_LEAST)} equal to the bit; with candidates ${percent(PLANS_THAT_MUST_AGREE)} of the shape and rows; 500 tables in ${MANY_TABLES_MS_AT_MOST} ms`,
          value: `${percent(alike.sameShape)}, ${percent(alike.sameToTheBit)}, ${percent(agreeing)}, ${buildMs.toFixed(0)} ms`,
          met:
            alike.sameShape >= SAME_SHAPE_AT_LEAST &&
            alike.sameToTheBit >= SAME_TO_THE_BIT_AT_LEAST &&
            agreeing >= PLANS_THAT_MUST_AGREE &&
            buildMs < MANY_TABLES_MS_AT_MOST,
        },
      };
    } finally {
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** Wall time of the quickest build of the most tables: others share this machine. */
function bestBuildMs(builds: readonly BenchRow[]): number {
  return builds.filter(({ metric }) => metric === "build, wall").at(-1)?.best ?? Number.NaN;
}

async function versionOf(postgres: TestPostgres): Promise<string> {
  const [row] = await postgres.query("show server_version");
  return String(row?.server_version);
}
