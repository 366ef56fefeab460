import { seededRandom } from "@streamgate/core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { applyFix } from "../../src/apply/apply-fix.ts";
import { revertFix } from "../../src/apply/revert-fix.ts";
import { adviseDrops } from "../../src/indexes/advise-drops.ts";
import { observeIndexes } from "../../src/indexes/observe-indexes.ts";
import { proveFinding } from "../../src/proof/prove-finding.ts";
import { fixTables } from "../../src/verify/fix-tables.ts";
import { workloadFromSql } from "../../src/workload/workload-from-file.ts";
import { plainLab, testContext } from "../proof/scenario.ts";
import { snapshotOf, withTwin } from "../twin-support.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
  await postgres.query(`
    create table songs (id int primary key, artist int not null, title text not null);
    insert into songs select g, g % 400, 'title ' || g from generate_series(1, 6000) g;
    create index songs_artist on songs (artist);
    create index songs_artist_again on songs (artist);
    create index songs_lower on songs (lower(title));
    alter index songs_lower alter column 1 set statistics 300;
    analyze`);
});
afterAll(() => postgres.stop());

const WORKLOAD = `
-- calls: 1000 mean: 0.5ms
select title from songs where artist = 7;
-- calls: 10 mean: 3ms
select count(*) from songs;`;

it("a drop is advised, proven on a lab to cost nobody anything, applied and taken back", async () => {
  const url = postgres.url();
  const snapshot = await snapshotOf(url);
  const observation = await observeIndexes(url);
  const nowMs = Date.parse(observation.takenAt);
  // The table was read while it was watched.
  const indexes = observation.indexes.map((portrait) => ({
    ...portrait,
    ...(portrait.table && { table: { ...portrait.table, reads: 100 } }),
  }));
  const { findings, workload } = await withTwin(snapshot, async (whatIf) => {
    const read = { snapshot, whatIf, random: seededRandom(1) };
    const workload = await workloadFromSql(WORKLOAD, read);
    const input = {
      observation: { ...observation, indexes },
      watched: indexes.map((portrait) => ({
        portrait,
        watchedSinceMs: nowMs - 90 * 86_400_000,
        scansSeen: portrait.index.scans,
      })),
      workload,
      snapshot,
      whatIf,
    };
    const advice = await adviseDrops(input);
    // The same is said of the same.
    expect(await adviseDrops(input)).toEqual(advice);
    expect(advice.declined).toMatchObject([
      { candidate: "public.songs_artist", reason: "statement-loses" },
    ]);
    return { findings: advice.findings, workload };
  });
  expect(findings.map(({ kind, subject }) => [kind, subject.object])).toEqual([
    ["index/duplicate", "public.songs"],
    ["index/unused", "public.songs"],
  ]);

  const before = await postgres.query(
    "select indexdef from pg_indexes where tablename = 'songs' order by 1",
  );
  for (const finding of findings) {
    const { fix } = finding;
    if (fix === undefined) throw new Error("a finding without a fix");
    const proof = await proveFinding({
      finding,
      workload,
      snapshot,
      lab: plainLab(url),
      context: testContext(),
      options: { rounds: 5, writeProbeRows: 50 },
    });
    expect(proof.verdict, proof.explanation).not.toBe("harmful");
    expect(proof.statements.map(({ results }) => results.kind)).toEqual(["identical", "identical"]);
    expect(await fixTables(fix, finding, workload)).toEqual([{ schema: "public", name: "songs" }]);
    const request = { fix, connectionString: url, context: testContext() };
    await applyFix(request);
    expect(await postgres.query("select from pg_indexes where tablename = 'songs'")).toHaveLength(
      3,
    );
    await revertFix(request);
  }
  const after = await postgres.query(
    "select indexdef from pg_indexes where tablename = 'songs' order by 1",
  );
  expect(after).toEqual(before);
});
