import type { Finding } from "@streamgate/core";
import { describe, expect, test } from "vitest";
import { RequestAdvisor, type TracedRequest } from "../../src/index.ts";
import { request, statement } from "./request.ts";

const AT = new Date("2026-03-01T13:00:00Z");

function findingsIn(...requests: readonly TracedRequest[]): readonly Finding[] {
  const advisor = new RequestAdvisor();
  for (const each of requests) advisor.add(each);
  return advisor.findings(AT);
}

function kindsIn(...requests: readonly TracedRequest[]): readonly string[] {
  return findingsIn(...requests).map(({ kind }) => kind);
}

const USER = "select name from users where id = $1";

describe("the same statement with the same parameters again", () => {
  test("is found with its calls and the time of all but the first", () => {
    const [finding] = findingsIn(
      request([
        statement(USER, 0, 2, { parameters: [7], rows: 1 }),
        statement("select 1 from teams", 2, 3),
        statement(USER, 3, 6, { parameters: [7], rows: 1 }),
      ]),
    );
    expect(finding).toMatchObject({ kind: "query/repeated", savedMsPerHour: 3 });
    expect(finding?.evidence[0]).toMatchObject({ value: 2, rung: "measured" });
  });

  test.each([
    ["something was written in between", [statement("update users set name = $1", 2, 3)], 3],
    ["it waited before it asked again", [], 80],
  ])("is left alone where %s", (_reason, between, start) => {
    const again = statement(USER, start, start + 1, { parameters: [7], rows: 1 });
    expect(
      kindsIn(request([statement(USER, 0, 1, { parameters: [7], rows: 1 }), ...between, again])),
    ).toEqual([]);
  });

  test.each([
    "select nextval('numbers') from one",
    "select 1",
    "select id from jobs limit 1 for update skip locked",
    "select 1 from pg_class where relname = 'x'",
  ])("is left alone where the answer is another each time or costs nothing: %s", (sql) => {
    expect(kindsIn(request([statement(sql, 0, 1), statement(sql, 1, 2)]))).toEqual([]);
  });

  test("is left alone where it is a poll", () => {
    const looks = [0, 5, 10, 15].map((start) =>
      statement("select state from jobs where id = $1", start, start + 1, {
        parameters: [7],
        rows: 1,
      }),
    );
    expect(kindsIn(request(looks))).toEqual([]);
    const inRow = looks.map((look, index) => ({
      ...look,
      issuedMs: index,
      startMs: index,
      endMs: index + 1,
    }));
    expect(kindsIn(request(inRow))).toEqual(["query/repeated"]);
  });

  test("is left alone where it got other rows or failed", () => {
    const first = statement(USER, 0, 1, { parameters: [7], rows: 1 });
    const again = statement(USER, 1, 2, { parameters: [7] });
    expect(kindsIn(request([first, { ...again, rows: 2 }]))).toEqual([]);
    expect(kindsIn(request([first, { ...again, error: "40001" }]))).toEqual([]);
  });
});

describe("work inside an open transaction", () => {
  const transaction = (pauseMs: number) => [
    statement("begin", 0, 1),
    statement("update accounts set balance = 1", 1, 3),
    statement("insert into audit values (1)", 3 + pauseMs, 5 + pauseMs, {
      stack: ["pay (shop.ts:9:3)"],
    }),
    statement("commit", 5 + pauseMs, 6 + pauseMs),
  ];

  test("is found with how long it was idle, and where it went on", () => {
    const [finding] = findingsIn(request(transaction(200)));
    expect(finding).toMatchObject({ kind: "transaction/idle", severity: "medium" });
    expect(finding?.summary).toMatch(
      /open for 206 ms and idle for 200 ms.*before: insert into audit.*asked at pay/,
    );
  });

  test("says what ran elsewhere meanwhile", () => {
    const elsewhere = statement("select pg_sleep(0.1)", 50, 150, { connection: 2 });
    const [finding] = findingsIn(request([...transaction(200), elsewhere]));
    expect(finding?.summary).toContain("while 1 statements ran on other connections");
  });

  test("a short pause, a wait outside and two connections are none", () => {
    expect(kindsIn(request(transaction(20)))).toEqual([]);
    expect(
      kindsIn(
        request([
          statement("begin", 0, 1),
          statement("commit", 1, 2),
          statement("begin", 300, 301),
          statement("rollback", 301, 302),
        ]),
      ),
    ).toEqual([]);
    expect(
      kindsIn(
        request([
          statement("begin", 0, 1),
          statement("select id from a", 500, 501, { connection: 2 }),
          statement("commit", 1, 2),
        ]),
      ),
    ).toEqual([]);
  });

  test("a rollback to a savepoint does not end it", () => {
    const [finding] = findingsIn(
      request([
        statement("begin", 0, 1),
        statement("savepoint a", 1, 2),
        statement("rollback to savepoint a", 2, 3),
        statement("commit", 103, 104),
      ]),
    );
    expect(finding).toMatchObject({ kind: "transaction/idle" });
  });
});

describe("reads that could run at once", () => {
  const reads = [
    statement("select name from users where id = $1", 0, 10, { parameters: [7] }),
    statement("select total from orders where user_id = $1", 10, 30, { parameters: [7] }),
    statement("select text from news", 30, 45),
  ];

  test("are found with what they would save: all but the longest", () => {
    const [finding] = findingsIn(request(reads));
    expect(finding).toMatchObject({ kind: "query/sequential", savedMsPerHour: 25 });
  });

  test.each([
    ["a parameter came later", { parameters: [99] }],
    ["one is in a transaction", { sql: "begin" }],
    ["one writes", { sql: "update orders set total = 1 where user_id = $1" }],
    ["the program worked in between", { issuedMs: 25, startMs: 25 }],
    ["they run at once", { issuedMs: 0, startMs: 0 }],
  ])("are none where %s", (_reason, parts) => {
    const [first, second, third] = reads;
    if (first === undefined || second === undefined || third === undefined) throw new Error();
    expect(kindsIn(request([first, { ...second, ...parts }, third]))).toEqual([]);
  });

  test("two of them, or a few milliseconds, are not worth a word", () => {
    expect(kindsIn(request(reads.slice(0, 2)))).toEqual([]);
    const quick = reads.map((read, index) => ({
      ...read,
      issuedMs: index,
      startMs: index,
      endMs: index + 1,
    }));
    expect(kindsIn(request(quick))).toEqual([]);
  });
});

describe("no LIMIT on a growing table", () => {
  const listed = (
    rows: number,
    sql = "select id from orders",
    parameters: readonly unknown[] = [],
  ) => request([statement(sql, 0, 5, { rows, parameters })]);
  const grown = Array.from({ length: 20 }, (_, index) => 100 + index * 20);

  test("is found where the rows grow from request to request", () => {
    const [finding] = findingsIn(...grown.map((rows) => listed(rows)));
    expect(finding).toMatchObject({ kind: "query/unbounded" });
    expect(finding?.summary).toContain("grew from 160 to 420 rows over 20 calls");
  });

  test.each([
    ["it has a LIMIT", "select id from orders limit 500"],
    ["it counts", "select count(*) from orders"],
    ["FETCH FIRST stands in for LIMIT", "select id from orders fetch first 500 rows only"],
  ])("is none where %s", (_reason, sql) => {
    expect(kindsIn(...grown.map((rows) => listed(rows, sql)))).toEqual([]);
  });

  test("is none where the rows go up and down, stay few, or are another customer's each time", () => {
    expect(kindsIn(...grown.map((_, index) => listed(100 + ((index * 7) % 20) * 20)))).toEqual([]);
    expect(kindsIn(...grown.map((_, index) => listed(index + 1)))).toEqual([]);
    const sql = "select id from orders where user_id = $1";
    expect(kindsIn(...grown.map((rows, index) => listed(rows, sql, [index])))).toEqual([]);
  });
});

describe("SELECT * with few columns used", () => {
  const wide = (read: readonly string[], unreadShare = 0.4) =>
    request([
      statement("select * from users", 0, 1, {
        columns: { all: ["id", "name", "email", "bio", "avatar", "settings"], read, unreadShare },
      }),
    ]);

  test("is found with the columns to select in its place", () => {
    const [finding] = findingsIn(wide(["name"]), wide(["id", "name"]));
    expect(finding).toMatchObject({
      kind: "query/unused-columns",
      remedy: "Select name, id in place of *.",
    });
  });

  test("is found where one column that nobody reads weighs more than the rest", () => {
    expect(kindsIn(wide(["id", "name", "email", "bio", "avatar"], 0.9))).toEqual([
      "query/unused-columns",
    ]);
    expect(kindsIn(wide(["id", "name", "email", "bio", "avatar"], 0.3))).toEqual([]);
  });

  test("is none where some request reads the others, or none reads any", () => {
    expect(kindsIn(wide(["name"]), wide(["email", "bio", "avatar"]))).toEqual([]);
    expect(kindsIn(wide([]))).toEqual([]);
  });
});

test("a problem of many requests is one finding, with its rate an hour", () => {
  const at = (minute: number) =>
    request(
      Array.from({ length: 10 }, (_, index) =>
        statement(USER, index, index + 1, { parameters: [index] }),
      ),
      { startedAt: new Date(Date.UTC(2026, 2, 1, 12, minute)).toISOString() },
    );
  const findings = findingsIn(at(0), at(60), at(120));
  expect(findings).toHaveLength(1);
  // 8 ms in each of three requests, over two hours.
  expect(findings[0]).toMatchObject({ savedMsPerHour: 12, severity: "medium" });
  expect(findings[0]?.statements[0]).toMatchObject({ calls: 30, meanMs: 1, shareOfTime: 1 });
});

test("whatever comes, memory is bounded, and what is left out is counted", () => {
  const advisor = new RequestAdvisor();
  for (let number = 0; number < 2_100; number += 1) {
    advisor.add(
      request(
        [
          statement(USER, 0, 1, { parameters: [1], rows: 1 }),
          statement(USER, 1, 2, { parameters: [1], rows: 1 }),
        ],
        {
          name: `GET /${number}`,
        },
      ),
    );
  }
  expect(advisor.findings(AT)).toHaveLength(2_000);
  expect(advisor.omittedProblems).toBe(100);
});

test("a request whose values are like names but for their end is looked at as fast as any other", () => {
  const looks = Array.from({ length: 6 }, (_, index) =>
    statement("select value from settings where name = $1", index, index + 1, {
      parameters: [`${"a".repeat(150 + index)}!`],
      rows: 1,
    }),
  );
  expect(kindsIn(request(looks))).toEqual(["query/n-plus-one"]);
});
