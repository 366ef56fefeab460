import { afterAll, expect, test } from "vitest";
import { makeDataFolder, processesNaming } from "../../../../test/support/streamgate.ts";
import { until } from "../../../../test/support/until.ts";
import { dataFolderAt } from "../../src/configuration/data-folder.ts";
import { openStore } from "../../src/store/open-store.ts";
import { aFinding } from "../support/findings.ts";

const data = makeDataFolder();
const folder = dataFolderAt(data.path);
afterAll(() => data.remove());

test("two who open a new embedded store at once share one server, which ends with the last", async () => {
  const stores = await Promise.all([openStore(undefined, folder), openStore(undefined, folder)]);
  const [first, second] = stores;
  expect(stores.filter(({ serverPid }) => serverPid !== null)).toHaveLength(1);
  const run = await first.beginRun({ target: "t", connection: "postgresql://t", goal: "diagnose" });
  await first.recordFinding(run, "t", aFinding());

  const owner = first.serverPid === null ? second : first;
  const guest = owner === first ? second : first;
  const closing = owner.close();
  expect(await guest.history(1)).toHaveLength(1);
  await guest.close();
  await closing;
  await until(() => processesNaming(folder.store).length === 0, 10_000);
});

test("what was remembered is there the next time, also after a crash", async () => {
  const crashed = await openStore(undefined, folder);
  process.kill(crashed.serverPid ?? 0, "SIGKILL");
  await until(() => processesNaming(folder.store).length === 0, 10_000);
  const again = await openStore(undefined, folder);
  expect(await again.history(1)).toHaveLength(1);
  await again.close();
});
