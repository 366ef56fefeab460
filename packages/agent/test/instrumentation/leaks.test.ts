import { once } from "node:events";
import { Agent, createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import pg from "pg";
import { expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { startWatched } from "./watched.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

test("an idle kept connection, and a timer that a request left behind, do not hold the request", async () => {
  const watched = startWatched({ httpClient: false });
  const held: WeakRef<object>[] = [];
  const timers: NodeJS.Timeout[] = [];
  const server = createServer((request, response) => {
    held.push(new WeakRef(response));
    timers.push(setInterval(() => undefined, 60_000));
    watched.tracer.startSpan("work", "internal")?.describe(request, () => ({}));
    response.end("fine");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const { port } = server.address() as AddressInfo;
  const ask = async (): Promise<void> => {
    const [response] = await once(get({ port, agent }), "response");
    response.resume();
    await once(response, "end");
  };
  for (let round = 0; round < 25; round += 1) await Promise.all([ask(), ask(), ask(), ask()]);
  await until(() => {
    collectGarbage();
    // Node.js itself holds the last one or two of each connection.
    return held.filter((each) => each.deref() !== undefined).length <= 8;
  });
  for (const timer of timers) clearInterval(timer);
  agent.destroy();
  server.close();
  watched.stop();
});

test("pools that the program forgot are forgotten", async () => {
  const watched = startWatched({ httpServer: false, httpClient: false, postgres: pg });
  const pools = Array.from({ length: 20 }, () => {
    const pool = new pg.Pool({ host: "127.0.0.1", port: 1 });
    return pool.connect().then(
      () => undefined,
      () => new WeakRef(pool),
    );
  });
  const references = await Promise.all(pools);
  await until(() => {
    collectGarbage();
    watched.registry.collect();
    return references.every((reference) => reference?.deref() === undefined);
  });
  expect(watched.instrumentation.pools().size).toBe(0);
  watched.stop();
});

test("copies of pg that the program has loaded are found, and stop takes them back", () => {
  const watched = startWatched({ httpServer: false, httpClient: false, postgres: true });
  expect(Object.hasOwn(pg.Pool.prototype, "connect")).toBe(true);
  watched.instrumentation.findModules();
  watched.stop();
  expect(Object.hasOwn(pg.Pool.prototype, "connect")).toBe(false);
});
