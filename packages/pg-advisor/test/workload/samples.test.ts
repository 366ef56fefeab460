import { seededRandom } from "@streamgate/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { parseStatement } from "../../src/workload/parse-statement.ts";
import { drawSamples } from "../../src/workload/samples/draw-samples.ts";
import { typesOfRoles } from "../../src/workload/samples/types-of-roles.ts";
import { createValueSource } from "../../src/workload/samples/value-source.ts";
import { createNameResolver } from "../../src/workload/shape/name-resolver.ts";
import { readShape } from "../../src/workload/shape/read-shape.ts";
import type { ParameterSample } from "../../src/workload/workload.ts";

const SCHEMA = `
create table tickets (id int primary key, state text, tags text[], payload jsonb, words tsvector, body text, made_at timestamp, mail text);
insert into tickets select g, case when g % 100 = 0 then 'open' when g % 7 = 0 then 'held' else 'closed' end,
  array(select 'tag' || t from generate_series(1, 1 + g % 8) t), jsonb_build_object('kind', g % 9), to_tsvector('simple', 'word' || g % 30 || ' common'), 'body text ' || g,
  '2024-01-01'::timestamp + g * interval '1 minute', 'User' || g || '@example.org' from generate_series(1, 5000) g;
analyze;
`;

let postgres: TestPostgres;
let snapshot: Snapshot;
beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
  await postgres.query(SCHEMA);
  snapshot = await readSnapshot(postgres.url(), { needsStatements: false });
});
afterAll(() => postgres?.stop());

function samplesOf(text: string, seed = 1): readonly ParameterSample[] {
  const parse = parseStatement(text);
  if (parse.outcome === "declined") throw new Error(parse.explanation);
  const { node, parameterCount } = parse.statement;
  const { parameters } = readShape(node, createNameResolver(snapshot));
  const types = typesOfRoles(parameters, parameterCount, snapshot);
  const sources = { values: createValueSource(snapshot), snapshot, random: seededRandom(seed) };
  return drawSamples({ parameterCount, roles: parameters, types }, sources);
}

const firstValues = (text: string, seed = 1): readonly (string | null | undefined)[] =>
  samplesOf(text, seed).map(({ values }) => values[0]);

describe("samples", () => {
  it("carry the value that most rows have and the rare ones, by weight", () => {
    for (const seed of [1, 2, 3]) {
      const samples = samplesOf("select * from tickets where state = $1", seed);
      const common = samples.filter(({ origin }) => origin === "common");
      expect(common.map(({ values }) => values[0])).toContain("closed");
      expect(samples.map(({ values }) => values[0])).toContain("open");
      expect(samples.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1);
    }
  });

  it("ask arrays for members that they have: common ones first, rare ones too", () => {
    const asked = firstValues("select * from tickets where tags @> $1");
    expect(asked[0]).toBe(`{"tag1"}`);
    expect(asked.at(-1)).toMatch(/^\{"tag[78]"\}$/);
    expect(firstValues("select * from tickets where tags && array[$1]")[0]).toBe("tag1");
    expect(firstValues("select * from tickets where $1 = any(tags)")[0]).toBe("tag1");
  });

  it("ask documents for a part of one, and for a key", () => {
    for (const value of firstValues("select * from tickets where payload @> $1")) {
      expect(JSON.parse(value ?? "")).toEqual({ kind: expect.any(Number) });
    }
    expect(firstValues("select * from tickets where payload ? $1")).toContain("kind");
  });

  it("search texts for words that they hold", () => {
    expect(firstValues("select * from tickets where words @@ to_tsquery($1)")[0]).toBe("common");
    const words = firstValues("select * from tickets where to_tsvector(body) @@ to_tsquery($1)");
    for (const word of words) expect(word).toBe("body");
  });

  it("compare an expression with values of its column", () => {
    for (const value of firstValues("select * from tickets where date(made_at) = $1")) {
      expect(value).toMatch(/^2024-01-0/);
    }
    for (const value of firstValues("select * from tickets where lower(mail) = $1")) {
      expect(value).toContain("@example.org");
    }
  });

  it("try a pattern from the beginning and one from anywhere", () => {
    const patterns = firstValues("select * from tickets where body like $1");
    expect(patterns.some((pattern) => pattern?.startsWith("%"))).toBe(true);
    expect(patterns.some((pattern) => pattern !== null && !pattern?.startsWith("%"))).toBe(true);
  });

  it("are the same for the same seed", () => {
    const text = "select * from tickets where tags @> $1 and state = $2";
    expect(samplesOf(text, 7)).toEqual(samplesOf(text, 7));
  });
});
