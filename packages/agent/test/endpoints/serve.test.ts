import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { afterEach, expect, test, vi } from "vitest";
import { ActGate } from "../../src/endpoints/act-gate.ts";
import type { Endpoint } from "../../src/endpoints/endpoint.ts";
import { type Door, serveEndpoint } from "../../src/endpoints/serve.ts";
import { manualClock } from "../samplers/manual-clock.ts";

const servers: { close(): unknown }[] = [];

afterEach(() => {
  vi.useRealTimers();
  for (const server of servers.splice(0)) server.close();
});

const ENDPOINT: Endpoint = {
  path: "/x",
  method: "GET",
  access: "read",
  answer: async (exchange) => exchange.json(200, {}),
};

function doorOf(parts: Partial<Door>): Door {
  return {
    token: undefined,
    acts: new ActGate(manualClock()),
    findPublicAddress: () => undefined,
    onRequest: () => undefined,
    onFailure: () => undefined,
    ...parts,
  };
}

/** Serves one endpoint, and gives its address; `settled` has what became of each answer. */
async function serve(endpoint: Endpoint, door: Door) {
  const settled: unknown[] = [];
  const server = createServer((request, response) => {
    serveEndpoint(endpoint, door, request, response).then(
      () => settled.push("answered"),
      (thrown: unknown) => settled.push(thrown),
    );
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, settled };
}

const broken = (): never => {
  throw new Error("the agent is broken");
};

test.each<[string, Partial<Door>]>([
  ["what takes the request out of the figures", { onRequest: broken }],
  ["what looks for public addresses", { findPublicAddress: broken }],
  ["the token", { token: { matches: broken } }],
])("an exception of %s becomes an answer 500, and is counted", async (_, parts) => {
  let failures = 0;
  const onFailure = (): void => {
    failures += 1;
  };
  const { url, settled } = await serve(ENDPOINT, doorOf({ ...parts, onFailure }));
  const answer = await fetch(url, { headers: { authorization: "Bearer guess" } });
  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain("broken");
  expect([failures, settled]).toEqual([1, ["answered"]]);
});

test("an exception where exceptions are counted ends the answer, not the application", async () => {
  const endpoint = { ...ENDPOINT, answer: broken };
  const { url, settled } = await serve(endpoint, doorOf({ onFailure: broken }));
  await fetch(url).catch(() => undefined);
  expect(settled).toEqual(["answered"]);
});

test("an answer that was begun before the exception is broken off", async () => {
  const endpoint: Endpoint = {
    ...ENDPOINT,
    answer: (exchange) =>
      exchange.stream(
        Readable.from(
          (function* () {
            yield Buffer.alloc(100_000);
            broken();
          })(),
        ),
        {},
      ),
  };
  const { url, settled } = await serve(endpoint, doorOf({}));
  await expect(fetch(url).then((answer) => answer.arrayBuffer())).rejects.toThrow();
  expect(settled).toEqual(["answered"]);
});

test("a reader who stops in the middle of a long answer is let go after half a minute", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  let isEnded = false;
  const endless = async function* () {
    try {
      while (true) yield Buffer.alloc(1_000_000);
    } finally {
      isEnded = true;
    }
  };
  const endpoint: Endpoint = {
    ...ENDPOINT,
    answer: (exchange) => exchange.stream(endless(), {}),
  };
  const { url, settled } = await serve(endpoint, doorOf({}));
  const { get } = await import("node:http");
  const [answer] = (await once(get(url), "response")) as [IncomingMessage];
  answer.on("error", () => undefined);
  // Nobody reads: what fits into buffers is written, and then nothing more.
  await vi.waitFor(
    () => {
      vi.advanceTimersByTime(31_000);
      expect(isEnded).toBe(true);
    },
    { timeout: 10_000 },
  );
  expect(settled).toEqual(["answered"]);
  answer.destroy();
});
