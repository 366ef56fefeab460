import { seedMedia } from "@streamgate/example-media";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MEDIA_STATEMENTS } from "../../../test/support/media-statements.ts";
import { startTestPostgres, type TestPostgres } from "../../../test/support/postgres.ts";
import {
  compareOnTwin,
  describeDifferences,
  fidelityOf,
  MEDIA_CANDIDATES,
  MEDIA_INDEX_STATEMENTS,
  type StatementComparison,
} from "../../../test/support/twin-fidelity.ts";
import { snapshotOf, withTwin } from "./twin-support.ts";

const SCALES = [0.02, 0.1] as const;

/** What the planner finds on its own: statistics must not change between two looks. */
const QUIET = { autovacuum: "off", shared_buffers: "128MB" };

function report(what: string, comparisons: readonly StatementComparison[]): void {
  const { statements, sameShape, sameShapeAndRows, sameToTheBit } = fidelityOf(comparisons);
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  console.log(
    `${what}: of ${statements} plans ${percent(sameShape)} have the same shape, ${percent(sameShapeAndRows)} the same rows too, ${percent(sameToTheBit)} are equal to the bit\n${describeDifferences(comparisons)}`,
  );
}

describe.each(SCALES)("the media catalogue at scale %d", (scale) => {
  let postgres: TestPostgres;

  beforeAll(async () => {
    postgres = await startTestPostgres({ settings: QUIET, hasStatementCounters: false });
    await seedMedia({ databaseUrl: postgres.url(), scale });
    await postgres.query("vacuum analyze");
  });
  afterAll(() => postgres.stop());

  it("is planned on the twin as on the real database, primary keys alone", async () => {
    const comparisons = await withTwin(await snapshotOf(postgres.url()), (twin) =>
      compareOnTwin(postgres.url(), twin, MEDIA_STATEMENTS),
    );
    report(`scale ${scale}, primary keys alone`, comparisons);
    expect(fidelityOf(comparisons).sameShapeAndRows).toBeGreaterThanOrEqual(0.98);
  });

  it("is planned with candidates on the twin as with these indexes really made", async () => {
    const snapshot = await snapshotOf(postgres.url());
    for (const statement of MEDIA_INDEX_STATEMENTS) await postgres.query(statement);
    const comparisons = await withTwin(snapshot, async (twin) => {
      await twin.define(MEDIA_CANDIDATES);
      expect(twin.skipped).toEqual([]);
      const present = MEDIA_CANDIDATES.map(({ id }) => id);
      return compareOnTwin(postgres.url(), twin, MEDIA_STATEMENTS, { present, absent: [] });
    });
    report(`scale ${scale}, candidates`, comparisons);
    expect(fidelityOf(comparisons).sameShape).toBeGreaterThanOrEqual(0.95);
  });

  it("is planned on the twin as on the real database, with indexes that grew with use", async () => {
    await postgres.query(`update content set duration_seconds = duration_seconds + 1 where id % 3 = 0;
      update analytics_events set watched_seconds = watched_seconds + 1 where id % 4 = 0`);
    await postgres.query("vacuum analyze");
    const comparisons = await withTwin(await snapshotOf(postgres.url()), (twin) =>
      compareOnTwin(postgres.url(), twin, MEDIA_STATEMENTS),
    );
    report(`scale ${scale}, real indexes`, comparisons);
    expect(fidelityOf(comparisons).sameShapeAndRows).toBeGreaterThanOrEqual(0.98);
  });
});
