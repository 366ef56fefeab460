import { expect, test } from "vitest";
import { nastySchema } from "../../../../test/support/nasty/schema.ts";
import { NASTY_STATEMENTS } from "../../../../test/support/nasty/statements.ts";
import { type PostgresMajor, startTestPostgres } from "../../../../test/support/postgres.ts";
import {
  compareOnTwin,
  describeDifferences,
  fidelityOf,
} from "../../../../test/support/twin-fidelity.ts";
import { snapshotOf, withTwin } from "../twin-support.ts";

/** An older server has an older planner, which estimates some operators otherwise. */
const VERSIONS: readonly { readonly major: PostgresMajor; readonly toTheBit: number }[] = [
  { major: 18, toTheBit: 0.95 },
  { major: 15, toTheBit: 0.85 },
];

test.each(VERSIONS)(
  "whatever a schema of $major has, its twin plans with it",
  async ({ major, toTheBit }) => {
    const postgres = await startTestPostgres({
      major,
      settings: { autovacuum: "off" },
      hasStatementCounters: false,
    });
    try {
      const url = await postgres.createDatabase("nasty");
      await postgres.query(nastySchema(major, "nasty"), undefined, "nasty");
      await withTwin(await snapshotOf(url), async (twin) => {
        expect(twin.skipped).toEqual([]);
        const comparisons = await compareOnTwin(url, twin, NASTY_STATEMENTS);
        const found = fidelityOf(comparisons);
        expect(found.sameShape, describeDifferences(comparisons)).toBeGreaterThanOrEqual(0.99);
        expect(found.sameToTheBit, describeDifferences(comparisons)).toBeGreaterThanOrEqual(
          toTheBit,
        );
      });
    } finally {
      await postgres.stop();
    }
  },
);
