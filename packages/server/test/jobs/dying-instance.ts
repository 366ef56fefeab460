import { openJobs } from "../../src/jobs/jobs.ts";
import { openStorePool } from "../../src/platform/store-pool.ts";
import { openPostgresStore } from "../../src/store/postgres-store.ts";
import { aFix } from "../support/findings.ts";

/** An instance that begins to apply, says so, and never ends: to be killed. */
const [, , url = ""] = process.argv;
const locate = async (): Promise<string> => url;
const store = await openPostgresStore({ locate, serverPid: null, close: async () => undefined });
openJobs({
  tables: openStorePool(locate),
  instance: "dying",
  lookEveryMs: 50,
  work: async ({ target, finding }) => {
    await store.beginApplication({
      run: null,
      target,
      finding: finding ?? "",
      direction: "apply",
      reason: "approved by Ann",
      fix: aFix(),
    });
    process.stdout.write("applying\n");
    return new Promise(() => undefined);
  },
  onChange: () => undefined,
  log: () => undefined,
});
// The queue's own clock keeps nobody alive.
setInterval(() => undefined, 1_000);
