import { startTestPostgres } from "../test/support/postgres.ts";
import { snapshotsOfManyTables, measureBuilds } from "./twin/measure-builds.ts";
import { twinMaker } from "./twin/make-twin.ts";
import { mkdtemp, chmod } from "node:fs/promises";
const postgres = await startTestPostgres({ settings: { autovacuum: "off" }, hasStatementCounters: false });
const folder = await mkdtemp("/tmp/zz-"); await chmod(folder, 0o755);
const snaps = await snapshotsOfManyTables(postgres);
for (const r of await measureBuilds(snaps, twinMaker(folder), () => {})) console.log(r.subject, r.metric, r.median.toFixed(0), r.best.toFixed(0));
await postgres.stop();
