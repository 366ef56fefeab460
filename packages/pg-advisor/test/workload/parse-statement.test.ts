import { describe, expect, it } from "vitest";
import { parseStatement, type StatementParse } from "../../src/workload/parse-statement.ts";

function textOf(parse: StatementParse): string {
  return parse.outcome === "parsed" ? parse.statement.text : `declined: ${parse.reason}`;
}

function fingerprintFrom(text: string): string {
  const parse = parseStatement(text);
  return parse.outcome === "parsed" ? parse.statement.fingerprint : "";
}

function reasonOf(text: string, cutOffBytes?: number): string {
  const parse = parseStatement(text, cutOffBytes === undefined ? {} : { cutOffBytes });
  return parse.outcome === "parsed" ? "parsed" : parse.reason;
}

describe("texts that pg_stat_statements made unparsable are repaired", () => {
  it.each([
    [
      "select * from t where x > now() - interval $1",
      "select * from t where x > now() - $1::interval",
    ],
    [
      "select date $1, timestamp with time zone $2",
      "select $1::date, $2::timestamp with time zone",
    ],
    ["select interval $1 day from t", "select $1::interval day from t"],
    ["select extract($1 from x) from t", "select pg_catalog.extract($1 , x) from t"],
    [
      'select 1 from "Né" where é > date $1 and b = date $2',
      'select 1 from "Né" where é > $1::date and b = $2::date',
    ],
    ["select a from t where b in ($1 /*, ... */);  ", "select a from t where b in ($1 /*, ... */)"],
    ["select a::text, cast($1 as date) from t", "select a::text, cast($1 as date) from t"],
    [
      "select sum(case when a = $1 then $2 else $3 end) from t",
      "select sum(case when a = $1 then $2::numeric else $3::numeric end) from t",
    ],
    [
      "select sum(case when a = $1 then b else $2 end) from t",
      "select sum(case when a = $1 then b else $2 end) from t",
    ],
  ])("%s", (written, repaired) => {
    expect(textOf(parseStatement(written))).toBe(repaired);
  });

  it("gives an expression that is grouped by the same parameters as where it is selected", () => {
    const parse = parseStatement(
      "select date_trunc($1, b), count(*) from t where c = $2 group by date_trunc($3, b) order by date_trunc($4, b) limit $5",
    );
    expect(textOf(parse)).toBe(
      "select date_trunc($1, b), count(*) from t where c = $2 group by date_trunc($1, b) order by date_trunc($1, b) limit $3",
    );
  });
});

describe("a statement that cannot be advised on is declined with its reason", () => {
  it.each([
    "begin",
    "set work_mem = '1MB'",
    "vacuum t",
    "create table t (a int)",
    "copy t from stdin",
    "explain select 1",
    "fetch 10 from c",
    "call f()",
    "do $$ begin end $$",
    "select * into copied from t",
  ])("%s is a utility statement", (text) => {
    expect(reasonOf(text)).toBe("utility statement");
  });

  it.each([
    ["copy t from stdin", "COPY has no plan to improve"],
    ["copy (select 1) to stdout", "the query inside COPY is not analysed yet"],
    [
      "refresh materialized view m",
      "the query inside REFRESH MATERIALIZED VIEW is not analysed yet",
    ],
    ["declare c cursor for select 1", "the query inside DECLARE CURSOR is not analysed yet"],
    ["prepare p as select 1", "the query inside PREPARE is not analysed yet"],
    ["create table t as select 1", "the query inside CREATE TABLE AS is not analysed yet"],
    ["explain select 1", "the query inside EXPLAIN is not analysed yet"],
    ["select * into copied from t", "the query inside SELECT INTO is not analysed yet"],
    ["begin", "BEGIN has no plan to improve"],
    ["analyze t", "ANALYZE has no plan to improve"],
    ["create role r", "CREATE ROLE has no plan to improve"],
  ])("%s is declined in SQL's words: %s", (text, explanation) => {
    expect(parseStatement(text)).toMatchObject({ outcome: "declined", explanation });
  });

  it("tells a text that was cut off from one that is wrong", () => {
    expect(reasonOf("select a from t where b =")).toBe("text cut off");
    expect(reasonOf("select a from t where b = 'unfinis")).toBe("text cut off");
    expect(reasonOf("selec a from t")).toBe("does not parse");
    expect(reasonOf("selec a from t", 14)).toBe("text cut off");
    expect(reasonOf("")).toBe("does not parse");
    expect(reasonOf("select 1; select 2")).toBe("does not parse");
  });

  it("knows StreamGate's own statements by their comment", () => {
    expect(reasonOf("/* streamgate */ select * from t")).toBe("StreamGate's own");
    expect(reasonOf("select * from t /* streamgate: proof */")).toBe("StreamGate's own");
    expect(reasonOf("select * from t /* app: streamgated */ where a = 1")).toBe("parsed");
  });
});

it("gives one fingerprint to texts that differ in constants, list lengths and white space", () => {
  const fingerprints = [
    "select a from t where b = $1 and c in ($2, $3)",
    "select a\nfrom t where b = 'x' and c in (1,2,3,4)",
  ].map(fingerprintFrom);
  expect(fingerprints[0]).toBe(fingerprints[1]);
});

it("tells statements apart whose tables differ in a number only, of a year, a shard or a tenant", () => {
  const texts = [
    "select * from logs_2024 where id = 1",
    "select * from logs_2025 where id = 1",
    "select * from tenant_1.logs where id = 1",
    "select * from tenant_2.logs where id = 1",
    "select * from logs_2024 join logs_2025 using (id)",
    "select * from logs_2025 join logs_2024 using (id)",
  ];
  const fingerprints = texts.map(fingerprintFrom);
  expect(new Set(fingerprints).size).toBe(texts.length);
  expect(fingerprintFrom("SELECT * FROM logs_2024\nWHERE id = 77")).toBe(fingerprints[0]);
});

it("gives deep statements a fingerprint however often it is asked for one", () => {
  const deep = (constant: string): string =>
    `select ${"f(".repeat(200)}a${")".repeat(200)} from t where b in (${constant})`;
  expect(fingerprintFrom(deep("$1"))).toBe(fingerprintFrom(deep("1, 2")));
  expect(fingerprintFrom(deep("$1"))).not.toBe(fingerprintFrom(deep("$1 + 1")));
  for (let time = 0; time < 3_000; time += 1) {
    const nested = `select ${"a + ".repeat(time % 40)}a from t where b = $1`;
    expect(fingerprintFrom(nested)).toMatch(/^[0-9a-f]{16}$/);
  }
});
