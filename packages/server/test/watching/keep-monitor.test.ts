import type { Monitor } from "@streamgate/monitor";
import { expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import type { StoreServer } from "../../src/store/open-store.ts";
import { keepMonitor } from "../../src/watching/keep-monitor.ts";
import type { WatchEvent } from "../../src/watching/watch-events.ts";

/** As much of a monitor as is kept. */
function standIn(database: string, stopped: string[]): Monitor {
  const monitor: Pick<Monitor, "stop"> = {
    stop: async () => void stopped.push(database),
  };
  return monitor as Monitor;
}

function movingServer() {
  const state = { address: "first", isStopping: false };
  const server: StoreServer = {
    locate: async () => state.address,
    isStopping: async () => state.isStopping,
    pid: null,
    release: async () => undefined,
  };
  return { state, server };
}

test("a server that came up elsewhere gets another monitor, and the old one is stopped", async () => {
  const { state, server } = movingServer();
  const stopped: string[] = [];
  const events: WatchEvent["kind"][] = [];
  const opened: string[] = [];
  const open = async (database: string) => {
    opened.push(database);
    if (opened.length === 2) throw new Error("it is starting");
    return standIn(database, stopped);
  };
  const kept = await keepMonitor(server, open, ({ kind }) => events.push(kind));
  state.address = "second";
  await until(() => opened.length === 3 && events.at(-1) === "store found");
  expect(stopped).toEqual(["first"]);
  expect(events).toEqual(["store lost", "problem", "store found"]);
  await kept.stop();
  expect(stopped).toEqual(["first", "second"]);
});

test("a server that stops is left first: it waits for its last connection", async () => {
  const { state, server } = movingServer();
  const stopped: string[] = [];
  const leftBefore: number[] = [];
  const open = async (database: string) => {
    leftBefore.push(stopped.length);
    return standIn(database, stopped);
  };
  const kept = await keepMonitor(server, open, () => undefined);
  Object.assign(state, { isStopping: true });
  await until(() => stopped.length === 1);
  Object.assign(state, { isStopping: false, address: "second" });
  await until(() => leftBefore.length >= 2);
  expect(leftBefore[1]).toBe(1);
  await kept.stop();
});
