// Does the twin plan as the real database does, and what do building it and asking it cost?
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { seedMedia } from "@streamgate/example-media";
import { startTestPostgres, type TestPostgres } from "../test/support/postgres.ts";
import type { Bench } from "./contract.ts";
import { twinMaker } from "./twin/make-twin.ts";
import { measureBuilds, snapshotsOfManyTables } from "./twin/measure-builds.ts";
import { measureWhatIf } from "./twin/measure-what-if.ts";

const MEDIA_SCALE = 0.2;
const PLANS_THAT_MUST_AGREE = 0.98;

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
      const agreeing = Math.min(found.sameAsReal, found.sameAsCreated);
      return {
        versions: { node: process.version, postgresql: await versionOf(postgres) },
        rows: [...builds, ...evaluations],
        verdict: {
          goal: `at least ${PLANS_THAT_MUST_AGREE * 100} % of the plans have the shape and the rows of the real ones`,
          value: `${(agreeing * 100).toFixed(1)} %`,
          met: agreeing >= PLANS_THAT_MUST_AGREE,
        },
      };
    } finally {
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function versionOf(postgres: TestPostgres): Promise<string> {
  const [row] = await postgres.query("show server_version");
  return String(row?.server_version);
}
