import { mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { loadModule, parseSync } from "libpg-query";
import { beforeAll, describe, expect, test } from "vitest";
import { parseRequestLine, recordRequests, requestLine } from "../../src/index.ts";
import { request, statement } from "../findings/request.ts";

beforeAll(() => loadModule());

const RECORDED = request([
  statement("select name from users where id = $1", 0, 1.5, {
    parameters: [7, "x", null, [1, 2], new Date(0), Buffer.from("ab"), 10n],
    rows: 1,
    stack: ["load (/srv/shop.ts:14:9)"],
    columns: { all: ["a", "b"], read: ["a"], unreadShare: 0.5 },
  }),
  statement("select 1", 2, 3, { issuedMs: 1, error: "57014", connection: 2 }),
]);

test("a request is read back from its line as it was, but for what JSON has no word for", () => {
  const { statements, ...rest } = parseRequestLine(requestLine(RECORDED), 1);
  expect(rest).toMatchObject({ name: "GET /orders", startedAt: RECORDED.startedAt, durationMs: 3 });
  expect(statements).toEqual([
    {
      ...RECORDED.statements[0],
      parameters: [7, "x", null, [1, 2], "1970-01-01T00:00:00.000Z", "\\x6162", "10"],
    },
    RECORDED.statements[1],
  ]);
});

describe("with a salt nothing that people entered is in the line", () => {
  const hashed = (sql: string, parameters: readonly unknown[] = []) =>
    parseRequestLine(requestLine(request([statement(sql, 0, 1, { parameters })]), "salt"), 1)
      .statements[0];

  test.each([
    ["select id from users where name = 'secret' /* secret */ and age > 42 -- secret", []],
    ["select $$secret$$, E'sec\\'ret', U&'secret', 'it''s secret'", []],
    ["select id from t where a in ('secret', $1) limit 10", ["secret"]],
    ["select id from t where a = any($1)", [["secret", "secret 2"]]],
  ])("%s", (sql, parameters) => {
    const seen = hashed(sql, parameters);
    expect(JSON.stringify(seen)).not.toContain("secret");
    expect(() => parseSync(seen?.sql ?? "")).not.toThrow();
  });

  test("equal values are equal, others are not, and lengths of lists and types stay", () => {
    const [one] = [
      hashed("select 1 from t where a = $1 and b = $2 and c = any($3)", [5, "5", [1, 2, 3]]),
    ];
    expect(one?.parameters[2]).toHaveLength(3);
    expect(String(one?.parameters[0])).toMatch(/^#bigint:[\da-f]{12}$/);
    expect(one?.parameters[0]).toBe(hashed("select $1", [5])?.parameters[0]);
    expect(one?.parameters[0]).not.toBe(hashed("select $1", [6])?.parameters[0]);
  });
});

describe("lines of other recorders are understood", () => {
  test("instants, other names, a stack as one text", () => {
    const line = JSON.stringify({
      name: "GET /a",
      start: "2026-03-01T12:00:00.000Z",
      end: "2026-03-01T12:00:01.000Z",
      statements: [
        {
          text: "select 1 from a where b = $1",
          values: [1],
          start: "2026-03-01T12:00:00.100Z",
          end: "2026-03-01T12:00:00.130Z",
          stack:
            "Error\n    at query (/srv/node_modules/pg/lib/client.js:1:1)\n    at load (/srv/app.js:5:2)",
        },
      ],
    });
    expect(parseRequestLine(line, 1)).toMatchObject({
      name: "GET /a",
      startedAt: "2026-03-01T12:00:00.000Z",
      durationMs: 1000,
      statements: [
        { startMs: 100, endMs: 130, parameters: [1], stack: ["load (/srv/app.js:5:2)"] },
      ],
    });
  });

  test.each([
    ["src/owners.ts:14", ["src/owners.ts:14"]],
    [
      "load (/srv/a.ts:1:2)\nhandler (/srv/b.ts:3:4)",
      ["load (/srv/a.ts:1:2)", "handler (/srv/b.ts:3:4)"],
    ],
    [
      ["at load (/srv/a.ts:1:2)", "  at async handler (/srv/b.ts:3:4)"],
      ["load (/srv/a.ts:1:2)", "async handler (/srv/b.ts:3:4)"],
    ],
    [7, undefined],
  ])("a stack %j", (stack, frames) => {
    const line = JSON.stringify({ statements: [{ sql: "select 1", start: 0, end: 1, stack }] });
    expect(parseRequestLine(line, 1).statements[0]?.stack).toEqual(frames);
  });

  test("milliseconds since 1970, a request as an object, statements out of order", () => {
    const line = JSON.stringify({
      request: { method: "GET", url: "/a" },
      statements: [
        { sql: "second", startMs: 1_772_366_400_020, durationMs: 5 },
        { sql: "first", startMs: 1_772_366_400_000, durationMs: 5 },
      ],
    });
    expect(parseRequestLine(line, 1)).toMatchObject({
      name: "GET /a",
      durationMs: 25,
      statements: [
        { sql: "first", startMs: 0 },
        { sql: "second", startMs: 20, endMs: 25 },
      ],
    });
  });

  test.each([
    ["{", /line 3 .* it is no JSON/],
    ["[]", /it is no object/],
    ["7", /it is no object/],
    ["{}", /it has no list `statements`/],
    ['{"statements":[7]}', /statement 1 is no object/],
    ['{"statements":[{"start":0,"end":1}]}', /statement 1 has no text `sql`/],
    ['{"statements":[{"sql":"a","end":1}]}', /statement 1 has no number `start`/],
    ['{"statements":[{"sql":"a","start":0}]}', /statement 1 has no number `end`/],
    ['{"statements":[{"sql":"a","start":2,"end":1}]}', /statement 1 ends before it starts/],
  ])("%s is told with its number and what is wrong", (line, message) => {
    expect(() => parseRequestLine(line, 3)).toThrow(message);
  });
});

test("a recorder adds lines to a file, one request in so many", async () => {
  const folder = await mkdtemp(join("/tmp", "streamgate-recorder-"));
  const file = join(folder, "requests.jsonl");
  const recorder = recordRequests({ file, parameters: "values", oneIn: 2 });
  for (const name of ["a", "b", "c", "d"]) recorder.record({ ...RECORDED, name });
  await recorder.close();
  const lines = (await readFile(file, "utf8")).trim().split("\n");
  await rm(folder, { recursive: true });
  expect(lines.map((line, index) => parseRequestLine(line, index + 1).name)).toEqual(["b", "d"]);
  expect(recorder.dropped).toBe(0);
});

test("a file that cannot be written is told at the close, not to the requests", async () => {
  const recorder = recordRequests({ file: "/no/such/folder/requests.jsonl" });
  recorder.record(RECORDED);
  await new Promise((resolve) => setTimeout(resolve, 20));
  recorder.record(RECORDED);
  await expect(recorder.close()).rejects.toThrow(/ENOENT/);
  expect(recorder.dropped).toBe(1);
});
