import { describe, expect, test } from "vitest";
import { terminalReport } from "../../src/report/terminal-report.ts";
import { widthOf } from "../../src/report/text/layout.ts";
import { aFinding, aProof, aStatementProof } from "../support/findings.ts";
import { stateAfter, WHOLE_STORY } from "../support/turn-states.ts";

const WHOLE = stateAfter(WHOLE_STORY);

function reportOf(state = WHOLE, widthColumns = 80): string {
  return terminalReport(state, { widthColumns, hasColour: false });
}

describe("the report in the terminal", () => {
  test("begins with what production confirmed", () => {
    expect(reportOf()).toContain("What took 13.6 min of each hour now takes 12.3 s (verified).");
  });

  test("says of every figure of the advice how it was earned", () => {
    const report = reportOf();
    expect(report).toMatch(/saves \(est\.\)\s+faster \(meas\.\)/);
    expect(reportOf(WHOLE, 120)).toMatch(/saves \(estimated\)\s+faster \(measured\)/);
    expect(report).toMatch(/mean 34\.1 ms \(measured\) →\s+420 µs \(estimated\)/);
    expect(report).toMatch(/4\.41 MB \(measured; 4\.29 MB\s+estimated\)/);
    expect(report).toMatch(/34 ms → 500 µs mean, 68× \(61\.2–74\.8\) \(verified/);
  });

  test("shows the statement, the SQL of the fix, both plans, the lab and the cost of writing", () => {
    const report = reportOf();
    expect(report).toContain("select * from orders where user_id = $1");
    expect(report).toContain("CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_user_id");
    expect(report).toContain("Seq Scan on orders  12 rows");
    expect(report).toContain("Index Scan using orders_user_id on orders  12 rows");
    expect(report).toContain("public.orders 1,000,000 rows (100 %)");
    expect(report).toMatch(/an\s+inserted row takes 1\.15× \(1\.03–1\.26\) the time/);
  });

  test("counts what was declined, by reason", () => {
    expect(reportOf()).toContain("1 candidate (gain too small: 1)");
  });

  test.each([64, 80, 120])("fits %i columns", (widthColumns) => {
    for (const line of reportOf(WHOLE, widthColumns).split("\n")) {
      expect(widthOf(line), line).toBeLessThanOrEqual(widthColumns);
    }
  });

  test("takes the same room with colours", () => {
    const painted = terminalReport(WHOLE, { widthColumns: 80, hasColour: true }).split("\n");
    expect(painted.map(widthOf)).toEqual(reportOf().split("\n").map(widthOf));
  });

  test("lets no text from the database move the cursor or change colours", () => {
    const hostile = "select '\u001b[2J\u001b]0;title\u0007\u202e' -- \u009b31m\r\nfrom orders";
    const finding = aFinding({
      summary: hostile,
      subject: { database: "shop", object: hostile },
      statements: aFinding().statements.map((statement) => ({ ...statement, text: hostile })),
    });
    const proof = aProof({ statements: [aStatementProof({ text: hostile, planBefore: hostile })] });
    const state = stateAfter([
      { at: "", kind: "finding", finding, state: "found" },
      { at: "", kind: "proof", finding: finding.id, proof },
      { at: "", kind: "warning", message: hostile },
    ]);
    expect(reportOf(state)).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
  });

  test("says so when nothing was found", () => {
    const state = stateAfter([{ at: "", kind: "turn ended", outcome: "finished" }]);
    expect(reportOf(state)).toContain("Nothing found");
  });

  test("says what stopped it when it could not finish", () => {
    const problem = {
      code: "X",
      tried: "connect",
      happened: "nothing listens there",
      remedy: "start it",
    };
    const state = stateAfter([{ at: "", kind: "turn ended", outcome: "failed", problem }]);
    expect(reportOf(state)).toContain("Could not finish: nothing listens there.");
  });
});
