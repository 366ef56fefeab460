import fastify, { type FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { startWatched, type Watched } from "./watched.ts";

const DURATIONS = "http_server_request_duration_seconds";

let watched: Watched;
let app: FastifyInstance;

beforeEach(() => {
  watched = startWatched({ httpClient: false });
  app = fastify();
});

afterEach(async () => {
  await app.close();
  watched.stop();
});

async function ask(path: string, init: RequestInit = {}): Promise<void> {
  if (!app.server.listening) await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as { port: number };
  const before = watched.total(DURATIONS);
  await (await fetch(`http://127.0.0.1:${port}${path}`, init)).text();
  await until(() => watched.total(DURATIONS) === before + 1);
}

function routes(): readonly string[] {
  return watched
    .labelsOf(DURATIONS)
    .map((labels) => `${labels.http_route} ${labels.http_response_status_code}`);
}

test("routes are named as they were registered, prefix and parameters included", async () => {
  app.get("/", async () => "root");
  await app.register(
    async (scope) => {
      scope.get("/:id", async () => "user");
    },
    { prefix: "/users" },
  );
  await ask("/");
  await ask("/users/17");
  await ask("/users/18");
  expect(routes()).toEqual(["/ 200", "/users/:id 200"]);
  expect(watched.total(DURATIONS, { http_route: "/users/:id" })).toBe(2);
});

test("what an early hook answers, and what the schema refuses, has its route too", async () => {
  app.addHook("onRequest", async (request, reply) => {
    if (request.headers["x-cached"] !== undefined) return reply.send("cached");
  });
  const schema = {
    querystring: { type: "object", required: ["q"], properties: { q: { type: "string" } } },
  };
  app.get("/search", { schema }, async () => "found");
  await ask("/search?q=a", { headers: { "x-cached": "1" } });
  await ask("/search");
  expect(routes()).toEqual(["/search 200", "/search 400"]);
});

test("an address that no route fits has no route", async () => {
  await ask("/wp-login.php");
  expect(routes()).toEqual([" 404"]);
});

test("an application that was made before is attached by hand, once", async () => {
  watched.stop();
  await app.close();
  const early = fastify();
  watched = startWatched({ httpClient: false });
  watched.instrumentation.attachFastify(early);
  watched.instrumentation.attachFastify(early);
  early.get("/early", async () => "fine");
  app = early;
  await ask("/early");
  expect(routes()).toEqual(["/early 200"]);
});

test("what handlers throw is grouped, also where an error handler hides it; what is the client's fault is not", async () => {
  app.setErrorHandler((error: Error, _request, reply) => {
    const isClientsFault = error.message === "not yours";
    return reply.code(isClientsFault ? 403 : 500).send({ title: "sorry" });
  });
  app.get("/broken", async function readBroken() {
    throw new TypeError("cannot read 17 of undefined");
  });
  app.get("/forbidden", async () => {
    throw new Error("not yours");
  });
  app.get("/sync", () => {
    throw new RangeError("at once");
  });
  await ask("/broken");
  await ask("/forbidden");
  await ask("/sync");
  expect(watched.failures.groups()).toMatchObject([
    { type: "TypeError", message: "cannot read <n> of undefined", count: 1 },
    { type: "RangeError", count: 1 },
  ]);
  expect(watched.failures.groups()[0]?.frames[0]).toContain(
    "readBroken (instrumentation/fastify.test.ts:",
  );
});

test("a hook of the application that throws is grouped as well", async () => {
  app.addHook("preHandler", async () => {
    throw new Error("no session store");
  });
  app.get("/", async () => "never");
  await ask("/");
  expect(watched.failures.groups()).toMatchObject([{ message: "no session store", count: 1 }]);
});

test("an application goes on when the instrumentation was stopped", async () => {
  app.get("/", async () => "fine");
  await ask("/");
  watched.stop();
  const { port } = app.server.address() as { port: number };
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("fine");
});
