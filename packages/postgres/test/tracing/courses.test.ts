import { once } from "node:events";
import { request as ask, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Finding, systemClock } from "@streamgate/core";
import fc from "fast-check";
import fastify from "fastify";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { traceStatements } from "../../src/index.ts";
import { OpenRequest } from "../../src/tracing/open-request.ts";
import { PromiseCourses } from "../../src/tracing/promise-courses.ts";
import { openTracedShop, type TracedShop } from "./traced-shop.ts";

function aRequest(name: string): OpenRequest {
  return new OpenRequest(name, new Date(0), 0, {
    watchesColumns: false,
    isHttp: false,
    interest: "none",
  });
}

/** A piece of a program that waits by promises alone. */
type Step = "await" | "chain" | "all" | "thenable" | "rejected" | "timer awaited" | "generator";

const STEPS: Readonly<Record<Step, () => Promise<unknown>>> = {
  await: async () => {
    await Promise.resolve();
  },
  // biome-ignore lint/suspicious/noThenProperty: query builders are such
  thenable: async () => await { then: (done: (value: number) => void) => done(1) },
  chain: () => Promise.resolve().then(() => Promise.resolve(1)),
  all: () => Promise.all([Promise.resolve(2), new Promise((done) => setImmediate(done))]),
  rejected: () => Promise.reject(new Error("no")).catch(() => undefined),
  "timer awaited": () => new Promise((done) => setTimeout(done, 1)),
  generator: async () => {
    async function* values() {
      yield 1;
      yield await Promise.resolve(2);
    }
    for await (const value of values()) expect(value).toBeGreaterThan(0);
  },
};

describe("promises followed", () => {
  test("requests at once are never taken for each other, however they wait", async () => {
    const step = fc.constantFrom(...(Object.keys(STEPS) as Step[]));
    const programs = fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), {
      minLength: 2,
      maxLength: 6,
    });
    const courses = new PromiseCourses();
    await fc.assert(
      fc.asyncProperty(programs, async (all) => {
        await Promise.all(
          all.map((steps, index) => {
            const request = aRequest(`request ${index}`);
            return courses.run(request, async () => {
              for (const one of steps) {
                expect(courses.current()).toBe(request);
                await STEPS[one]();
              }
              expect(courses.current()).toBe(request);
            });
          }),
        );
        expect(courses.current()).toBeUndefined();
      }),
      { numRuns: 60 },
    );
    courses.rest();
  });

  test("nobody is in a course in a timer that nobody awaits, and none is left when it rests", async () => {
    const courses = new PromiseCourses();
    const seen = new Promise((resolve) => {
      courses.run(aRequest("timer"), () => setTimeout(() => resolve(courses.current()), 1));
    });
    expect(await seen).toBeUndefined();
    courses.rest();
    await courses.run(aRequest("another"), async () => {
      courses.rest();
      expect(courses.current()).toBeUndefined();
    });
    courses.rest();
  });
});

describe("served requests", () => {
  let shop: TracedShop;
  beforeAll(async () => {
    shop = await openTracedShop();
  });
  afterEach(() => shop.stop());
  afterAll(() => shop.close());

  const namesAndIds = (): readonly string[] =>
    shop.requests
      .map(({ name, statements }) => `${name} ${String(statements[0]?.parameters[0])}`)
      .sort();
  const nameOf = (id: number) => shop.pool.query("select name from users where id = $1", [id]);

  test("keep their course through their bodies' events, each for itself, where promises are followed", async () => {
    shop.trace({ follows: "promises" });
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (part) => {
        body += String(part);
      });
      request.on("end", () => {
        void nameOf(Number(body)).then(() => response.end("fine"));
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const post = async (id: number): Promise<void> => {
      const sent = ask({ port, path: `/of-${"abcdefgh"[id]}`, method: "POST" });
      sent.write("0");
      setTimeout(() => sent.end(String(id)), 5);
      const [response] = await once(sent, "response");
      response.resume();
      await once(response, "end");
    };
    await Promise.all([1, 2, 3, 4].map(post));
    await until(() => shop.requests.length === 4);
    server.close();
    expect(namesAndIds()).toEqual([1, 2, 3, 4].map((id) => `POST /of-${"abcdefgh"[id]} ${id}`));
  });

  test("of Fastify have their routes' names where promises are followed, served and injected", async () => {
    shop.trace({ follows: "promises" });
    const app = fastify();
    app.post("/users/:id", async (request) => {
      const { id } = request.params as { readonly id: string };
      return (await nameOf(Number(id))).rows[0];
    });
    await app.inject({ method: "POST", url: "/users/1", payload: { a: 1 } });
    const address = await app.listen({ port: 0, host: "127.0.0.1" });
    const body = JSON.stringify({ a: 1 });
    const headers = { "content-type": "application/json" };
    await Promise.all(
      [2, 3].map((id) => fetch(`${address}/users/${id}`, { method: "POST", body, headers })),
    );
    await until(() => shop.requests.length === 3);
    await app.close();
    expect(namesAndIds()).toEqual([1, 2, 3].map((id) => `POST /users/:id ${id}`));
  });

  test("are looked into at most ten times a second past the first ten of a name, and nothing is kept of the others", async () => {
    let nowMs = 0;
    const clock = { ...systemClock, monotonicMs: () => nowMs };
    const findings: Finding[] = [];
    const tracing = traceStatements({
      pg,
      clock,
      requestsPerSecond: Number.POSITIVE_INFINITY,
      findingsOneIn: 2,
      onFinding: (finding) => void findings.push(finding),
    });
    const loop = async (table: string): Promise<void> => {
      for (let id = 1; id <= 6; id += 1)
        await shop.pool.query(`select name from ${table} where id = $1`, [id]);
    };
    const healthy = (): Promise<unknown> => tracing.runRequest("route", () => nameOf(1));
    for (let request = 0; request < 11; request += 1) await healthy();
    // The twelfth is one in two, and it was long since one was looked into; the fourteenth comes too soon after it.
    await healthy();
    await healthy();
    await tracing.runRequest("route", () => loop("users"));
    expect(findings).toEqual([]);
    nowMs += 150;
    await healthy();
    await tracing.runRequest("route", () => loop("users"));
    tracing.stop();
    expect(findings.map(({ kind }) => kind)).toContain("query/n-plus-one");
  });
});
