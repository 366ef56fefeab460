import { seededRandom } from "@streamgate/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import type { Twin } from "../../src/what-if/twin/twin.ts";
import { liftLiterals } from "../../src/workload/text/lift-literals.ts";
import { splitStatements } from "../../src/workload/text/split-statements.ts";
import type { Workload } from "../../src/workload/workload.ts";
import { NOMINAL_MS_PER_COST, workloadFromSql } from "../../src/workload/workload-from-file.ts";
import { openTwin } from "../choice/open-twin.ts";

let postgres: TestPostgres;
let snapshot: Snapshot;
let twin: Twin;
beforeAll(async () => {
  postgres = await startTestPostgres();
  await postgres.query(`create table songs (id int primary key, title text, plays int, at timestamptz);
    insert into songs select g, 'song ' || g, g % 50, now() from generate_series(1, 3000) g; analyze songs`);
  snapshot = await readSnapshot(postgres.url());
  twin = await openTwin(snapshot);
});
afterAll(async () => {
  await twin?.close();
  await postgres?.stop();
});

function read(file: string): Promise<Workload> {
  return workloadFromSql(file, {
    snapshot,
    whatIf: twin,
    random: seededRandom(1),
    from: "queries.sql",
  });
}

describe("a file of statements", () => {
  it("makes parameters of constants and keeps their values as samples", async () => {
    const { statements } = await read(`
      select * from songs where title = 'it''s' and plays > -3 limit 10;
      select * from songs where title = E'a\\nb' and plays > 7 limit 10;
      select * from songs where title = E'a\\nb' and plays > 7 limit 10;`);
    expect(statements).toHaveLength(1);
    expect(statements[0]).toMatchObject({ calls: 3, parameterCount: 3, isTimeEstimated: true });
    expect(
      statements[0]?.samples.map(({ values, weight, origin }) => [
        [...values].map(String).toSorted(),
        Math.round(weight * 3),
        origin,
      ]),
    ).toEqual([
      [["10", "7", "a\nb"].toSorted(), 2, "given"],
      [["-3", "10", "it's"].toSorted(), 1, "given"],
    ]);
  });

  it("takes the planner's cost for time where nothing was measured, and the hint where it was", async () => {
    const { statements, window } = await read(
      "select * from songs where plays = 4;\n-- calls: 120 mean: 3.5ms\nselect * from songs where title = 'x';",
    );
    const [measured, guessed] = statements;
    expect(measured).toMatchObject({ calls: 120, meanMs: 3.5, totalMs: 420 });
    expect(measured?.isTimeEstimated).toBeUndefined();
    const sample = guessed?.samples[0];
    if (sample === undefined || guessed === undefined) throw new Error("no sample");
    const plan = await twin.plan(guessed.text, sample, { present: [], absent: [] });
    expect(guessed.meanMs).toBeCloseTo(plan.totalCost * NOMINAL_MS_PER_COST);
    expect(window).toMatchObject({ source: "file", from: null });
  });

  it("declines a bad statement with its line and reads on", async () => {
    const { statements, declined } = await read(
      "-- first\nselect * from songs;\n\nselec bad;\nvacuum;\nselect * from nowhere;\nselect 'x;y' from songs where gone = 1;\nselect plays from songs",
    );
    expect(statements.map(({ text }) => text).toSorted()).toEqual([
      "select * from songs",
      "select plays from songs",
    ]);
    expect(
      declined.map(({ reason, explanation }) => [reason, /line \d+/.exec(explanation)?.[0] ?? ""]),
    ).toEqual([
      ["does not parse", "line 4"],
      ["utility statement", "line 5"],
      ["relation unknown", "line 6"],
      ["cannot be planned", "line 7"],
    ]);
  });

  it("reads all statements beside a quote that is left open", async () => {
    const { statements, declined } = await read(
      "select id from songs; select title from songs;\n-- calls: 3\nselect plays from songs;\nselect at from songs where title = 'a;\nb';\nselect 1 from songs; select 'unterminated",
    );
    expect(statements).toHaveLength(5);
    expect(declined).toMatchObject([{ text: "select 'unterminated", reason: "does not parse" }]);
    expect(declined[0]?.explanation).toMatch(/^queries\.sql, line 6: /);
  });

  it.each(["$$open", "/* open", 'select 1 from "open', "select $q$ open"])(
    "declines %s with its line and reads what is before it",
    async (open) => {
      const { statements, declined } = await read(`select id from songs;\n-- calls: 2\n${open}`);
      expect(statements).toHaveLength(1);
      expect(declined).toMatchObject([{ text: open, calls: 2, reason: "does not parse" }]);
      expect(declined[0]?.explanation).toContain("line 3: ");
    },
  );

  it("tells which line has a hint that cannot be, and reads its statement without it", async () => {
    const { statements, declined } = await read(
      "-- calls: -5 mean: banana\nselect id from songs;\n-- what it means: calls: many\nselect plays from songs",
    );
    expect(statements.map(({ calls }) => calls)).toEqual([1, 1]);
    expect(statements.map(({ text }) => text).join()).not.toContain("calls:");
    expect(declined).toMatchObject([{ text: "-- calls: -5 mean: banana", calls: 0 }]);
    expect(declined[0]?.explanation).toBe(
      "queries.sql, line 2: of the comment before the statement, “calls: -5” is not a whole number above 0, and “mean: banana” is not a duration such as 3.5ms; the statement is read without",
    );
  });

  it("leaves parameters that are there and draws their values", async () => {
    const { statements } = await read("select * from songs where plays = $1 and title <> 'x'");
    expect(statements[0]?.parameterCount).toBe(2);
    expect(
      statements[0]?.samples.every(({ values }) => values.every((value) => value !== null)),
    ).toBe(true);
  });
});

describe("cutting a file into statements", () => {
  it("heeds strings, comments, dollar quotes and letters of several bytes", () => {
    const file = "\\timing on\nselect 'é;', $$;$$ /* ; */; -- calls: 2\nselect \"ü;\"\n;;select 3";
    expect(splitStatements(file).map(({ text, line }) => [text, line])).toEqual([
      ["select 'é;', $$;$$", 2],
      ['select "ü;"', 3],
      ["select 3", 4],
    ]);
    expect(splitStatements(file)[1]?.comments).toEqual(["-- calls: 2"]);
  });

  it("goes on by lines where a quote is left open", () => {
    expect(splitStatements("select 1;\nselect 'open;\nselect 2;").map(({ text }) => text)).toEqual([
      "select 1",
      "select 'open",
      "select 2",
    ]);
  });
});

it("gives up on constants that the normalised text does not mirror", () => {
  expect(liftLiterals("select N'n' from t")).toBeNull();
});

it("lifts every form of constant", () => {
  const lifted = liftLiterals(
    "select $1, 'a''b', E'\\x41\\t', $q$d$q$, -1.5, 1e5, B'101', X'1F', true, null from t limit 5",
  );
  expect([...(lifted?.values ?? [])].map(String).toSorted()).toEqual(
    [
      "undefined",
      "a'b",
      "A\t",
      "d",
      "-1.5",
      "1e5",
      "101",
      "00011111",
      "true",
      "null",
      "5",
    ].toSorted(),
  );
});
