import { createFailureBook, type FailureBook } from "@streamgate/telemetry";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ManualClock } from "../tracing/manual-clock.ts";

/** Lone surrogates and control characters too. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 200 })
  .map((units) => String.fromCharCode(...units));

function errorAt(file: string, line: number, message: string, type = "Error"): Error {
  const error = new Error(message);
  error.name = type;
  error.stack = [
    `${type}: ${message}`,
    `    at charge (${file}:${line}:9)`,
    `    at async Object.handler (/srv/app/routes/pay.js:${line + 10}:3)`,
    "    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)",
    "    at run (/srv/app/node_modules/fastify/lib/handle.js:1:1)",
  ].join("\n");
  return error;
}

function only(book: FailureBook) {
  const [group, ...others] = book.groups();
  expect(others).toEqual([]);
  if (group === undefined) throw new Error("there is no group");
  return group;
}

test("errors of one place are one group, with count, first and last time and release", () => {
  const clock = new ManualClock();
  const book = createFailureBook({ clock, release: "2.4.1" });
  const firstMs = clock.now().getTime();
  book.record(errorAt("/srv/app/billing/invoice.js", 42, "card 4711 of user 17 was refused"));
  clock.pass(5_000);
  book.record(errorAt("/srv/app/billing/invoice.js", 42, "card 1234 of user 99 was refused"));
  expect(only(book)).toEqual({
    fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    type: "Error",
    message: "card <n> of user <n> was refused",
    frames: ["charge (billing/invoice.js:42)", "handler (routes/pay.js:52)"],
    count: 2,
    firstSeenMs: firstMs,
    lastSeenMs: firstMs + 5_000,
    release: "2.4.1",
  });
});

test("the same place has the same fingerprint on another machine and in the next release, where lines have moved", () => {
  const here = createFailureBook();
  const there = createFailureBook();
  here.record(errorAt("/srv/app/billing/invoice.js", 42, "refused"));
  there.record(errorAt("file:///home/node/app/billing/invoice.js", 57, "refused"));
  expect(only(there).fingerprint).toBe(only(here).fingerprint);
});

test("another type, another function or another cause is another group", () => {
  const book = createFailureBook();
  const withCause = errorAt("/srv/app/a.js", 1, "refused");
  withCause.cause = errorAt("/srv/app/db.js", 7, "connection lost", "NetworkError");
  book.record(errorAt("/srv/app/a.js", 1, "refused"));
  book.record(errorAt("/srv/app/a.js", 1, "refused", "TypeError"));
  book.record(errorAt("/srv/app/b.js", 1, "refused"));
  book.record(withCause);
  expect(book.groups()).toHaveLength(4);
  expect(book.groups().map(({ message }) => message)).toContain("refused ← connection lost");
});

test("an error that passes several hands counts once", () => {
  const book = createFailureBook();
  const error = errorAt("/srv/app/a.js", 1, "refused");
  book.record(error);
  book.record(error);
  expect(only(book).count).toBe(1);
});

test("where no frame is the program's own, those of the library tell; where there is none, code and message do", () => {
  const book = createFailureBook();
  const library = new Error("timeout");
  library.stack = "Error: timeout\n    at connect (/srv/app/node_modules/pg/lib/client.js:5:1)";
  const bare = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:5432"), {
    code: "ECONNREFUSED",
    stack: "Error: connect ECONNREFUSED 127.0.0.1:5432",
  });
  book.record(library);
  book.record(bare);
  expect(book.groups().map(({ frames, message }) => [frames, message])).toEqual([
    [["connect (lib/client.js:5)"], "timeout"],
    [[], "connect ECONNREFUSED <n>"],
  ]);
});

describe("what is nobody's business is not kept:", () => {
  test.each([
    ['user "ada" not found', 'user "…" not found'],
    ["no such key 'sess:1f2e'", "no such key '…'"],
    ["it doesn't matter, it won't", "it doesn't matter, it won't"],
    ["order 0b5e9a52-8a3c-4f0e-9d43-0d8a6a1f1c11 is gone", "order <id> is gone"],
    ["GET https://shop.example/cart?token=secret failed", "GET <url> failed"],
    ["mail to ada@example.org bounced", "mail to <address> bounced"],
    ["took 12.5ms of 3,000", "took <n>ms of <n>"],
    ["hash deadbeef12345678 differs at 0x1F", "hash <id> differs at <n>"],
    ["several\n  lines\tof it", "several lines of it"],
  ])("%j becomes %j", (message, plain) => {
    const book = createFailureBook();
    book.record(new Error(message));
    expect(only(book).message).toBe(plain);
  });
});

describe("hostile errors:", () => {
  const circle = new Error("outer");
  circle.cause = circle;
  const throwing = new Error("x");
  for (const name of ["stack", "message", "name", "cause", "code", "constructor"]) {
    Object.defineProperty(throwing, name, {
      get: () => {
        throw new Error("getter");
      },
    });
  }
  const proxy = new Proxy(
    {},
    {
      get: () => {
        throw new Error("trap");
      },
    },
  );
  const huge = new Error("x".repeat(50_000_000));
  test.each<[string, unknown, string]>([
    ["a text", "out of cheese", "string"],
    ["nothing", undefined, "undefined"],
    ["null", null, "object"],
    ["a number", 42, "number"],
    ["a symbol", Symbol("oops"), "symbol"],
    ["an object without a prototype", Object.create(null), "object"],
    ["an object whose message is an object", { message: { a: 1 } }, "Object"],
    ["getters that throw", throwing, "object"],
    ["a proxy that throws", proxy, "object"],
    ["its own cause", circle, "Error"],
    ["fifty megabytes of message", huge, "Error"],
  ])("%s is counted", (_what, thrown, type) => {
    const book = createFailureBook();
    book.record(thrown);
    const group = only(book);
    expect(group.type).toBe(type);
    expect(group.count).toBe(1);
    expect(JSON.stringify(group).length).toBeLessThan(20_000);
  });

  test("no message or stack, however odd, makes the book throw or stall", () => {
    fc.assert(
      fc.property(anyText, fc.string(), (message, stack) => {
        const book = createFailureBook();
        book.record(Object.assign(new Error(message), { stack: `Error\n    at ${stack}` }));
        expect(book.groups()).toHaveLength(1);
      }),
    );
    const book = createFailureBook();
    for (const text of [
      "'".repeat(100_000),
      "1.".repeat(100_000),
      '"\\'.repeat(100_000),
      "a@".repeat(50_000),
    ])
      book.record(Object.assign(new Error(text), { stack: `    at ${text}` }));
    expect(book.groups().length).toBeGreaterThan(0);
  });
});

test("places without end take the room of the limit; the one not seen for longest goes", () => {
  const clock = new ManualClock();
  const book = createFailureBook({ clock, maxGroups: 10 });
  for (let place = 0; place < 1_000; place += 1) {
    clock.pass(100);
    book.record(errorAt("/srv/app/always.js", 1, "again"));
    book.record(errorAt(`/srv/app/${place}.js`, 1, "once"));
  }
  expect(book.groups()).toHaveLength(10);
  expect(book.groups()[0]).toMatchObject({ message: "again", count: 1_000 });
});

test("errors that come too fast are counted without a look", () => {
  const clock = new ManualClock();
  const book = createFailureBook({ clock, maxPerSecond: 50 });
  for (let error = 0; error < 10_000; error += 1) book.record(new Error("storm"));
  expect(only(book).count).toBe(50);
  expect(book.passedOver()).toBe(9_950);
  clock.pass(1_000);
  book.record(new Error("storm"));
  expect(book.passedOver()).toBe(9_950);
});

test("an option that cannot be is named", () => {
  expect(() => createFailureBook({ maxGroups: 0 })).toThrow(/maxGroups = 0/);
});
