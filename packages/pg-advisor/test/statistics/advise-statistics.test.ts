import { seededRandom } from "@streamgate/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { createLabCopy } from "../../src/lab/copy-lab.ts";
import type { Lab } from "../../src/lab/lab.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { adviseStatistics } from "../../src/statistics/advise-statistics.ts";
import { proveStatistics, tryStatistics } from "../../src/statistics/prove-statistics.ts";
import type { Twin } from "../../src/what-if/twin/twin.ts";
import { buildWorkload } from "../../src/workload/build-workload.ts";
import { counters } from "../choice/media-scenario.ts";
import { openTwin } from "../choice/open-twin.ts";
import { type LabFolder, makeLabFolder, SHARED_FOLDER } from "../lab/lab-folder.ts";
import { quietContext } from "../twin-support.ts";

let postgres: TestPostgres;
let snapshot: Snapshot;
let twin: Twin;
let folder: LabFolder;
let lab: Lab;

/** City, region and post code go together: whoever asks for all three asks for one. */
const SCHEMA = `
  create table places (id int primary key, city int not null, region int not null, zip int not null, email text, skewed int);
  insert into places
    select i, i % 100, i % 100 / 10, i % 100 * 7, 'User' || i || '@example.org',
           case when i % 3 = 0 then i % 1500 else 100000 + i end
    from generate_series(1, 60000) i;
  create table visits (id int primary key, place int not null, note text);
  insert into visits select i, 1 + i % 60000, repeat('x', 40) from generate_series(1, 120000) i;
  create index on visits (place);
  create index on places (city);
  create table known (a int, b int);
  insert into known select i % 100, i % 100 from generate_series(1, 20000) i;
  create statistics known_together (dependencies, mcv) on a, b from known`;

beforeAll(async () => {
  postgres = await startTestPostgres({ settings: { autovacuum: "off" } });
  await postgres.query(SCHEMA);
  await postgres.query("vacuum analyze");
  snapshot = await readSnapshot(postgres.url(), { needsStatements: false });
  twin = await openTwin(snapshot);
  folder = await makeLabFolder();
  lab = await createLabCopy({
    source: postgres.url(),
    snapshot,
    tables: [
      { schema: "public", name: "places" },
      { schema: "public", name: "visits" },
    ],
    folder: folder.lab,
    sharedFolder: SHARED_FOLDER,
    context: quietContext(),
  });
});

afterAll(async () => {
  await lab?.close();
  await folder?.remove();
  await twin?.close();
  await postgres?.stop();
});

async function advise(text: string, rows: number) {
  const workload = await buildWorkload({
    counters: [counters({ text, calls: 500, meanMs: 20, rows: 500 * rows })],
    window: {
      source: "counters since reset",
      from: null,
      to: snapshot.takenAt,
      durationMs: 3_600_000,
    },
    snapshot,
    whatIf: twin,
    random: seededRandom(1),
    mostStatements: 0,
  });
  return { workload, ...(await adviseStatistics({ workload, snapshot, whatIf: twin })) };
}

const TOGETHER =
  "select v.* from places p join visits v on v.place = p.id where p.city = $1 and p.region = $2 and p.zip = $3";

describe("advice on statistics", () => {
  it("finds columns that go together where calls bring far more rows than expected, and shows what the planner expects with their statistics", async () => {
    const { workload, findings } = await advise(TOGETHER, 1_200);
    const [finding] = findings;
    expect(finding).toMatchObject({
      kind: "plan/row-estimate",
      subject: { object: "public.places" },
      severity: expect.stringMatching(/medium|high/),
    });
    expect(finding?.summary).toContain("times fewer rows than a call brings");
    expect(finding?.fix?.steps[0]).toMatchObject({
      apply: expect.stringContaining(
        "(ndistinct, dependencies, mcv) on city, region, zip from public.places;\nanalyze",
      ),
      revert: expect.stringMatching(
        /^drop statistics if exists public\.sg_places_city_region_zip_\w+$/,
      ),
    });
    expect(finding?.evidence.map(({ rung }) => rung)).toEqual([
      "estimated",
      "measured",
      "estimated",
    ]);
    if (finding === undefined) return;
    const input = { finding, workload, snapshot, lab, context: quietContext() };
    const trials = await tryStatistics(input);
    expect(trials.length).toBeGreaterThan(0);
    for (const { rowsBefore, rowsAfter, realRows } of trials) {
      expect(realRows).toBeGreaterThan(rowsBefore * 10);
      expect(rowsAfter).toBeGreaterThan(realRows / 3);
      expect(rowsAfter).toBeLessThan(realRows * 3);
    }
    const proof = await proveStatistics({ ...input, options: { rounds: 5 } });
    expect(proof.explanation).toMatch(
      /the planner expects \S+ without the statistics and \S+ with them; \S+ really come/,
    );
    expect(proof.explanation).toContain("The plan changes:");
  });

  it.each([
    [
      "select city, region, zip, count(*) from places group by city, region, zip",
      100,
      "(ndistinct) on city, region, zip",
    ],
    ["select * from places where lower(email) = $1", 1, " on (lower(email)) from public.places"],
  ])("tells which are missing: %s", async (text, rows, sql) => {
    const { findings } = await advise(text, rows);
    expect(findings[0]?.fix?.steps[0]).toMatchObject({ apply: expect.stringContaining(sql) });
  });

  it.each([
    ["select * from places where city = $1", 600],
    [TOGETHER, 1],
    ["select * from places where city = $1 and region = $2 and zip = $3 limit 1000", 600],
    ["select count(*) from places where city = $1 and region = $2 and zip = $3", 1],
    ["select * from known where a = $1 and b = $2", 4_000],
  ])(
    "says nothing where the estimate is right, cannot be told, or is known already: %s",
    async (text, rows) => {
      expect((await advise(text, rows)).findings).toEqual([]);
    },
  );

  it("keeps more common values of a column whose list is full", async () => {
    const { findings } = await advise("select * from places where skewed = $1", 4_000);
    expect(findings[0]?.fix?.steps[0]).toMatchObject({
      apply: expect.stringContaining("alter column skewed set statistics 1000"),
      revert: expect.stringContaining("alter column skewed set statistics -1"),
    });
  });
});
