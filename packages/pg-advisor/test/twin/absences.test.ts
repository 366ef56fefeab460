import { rm } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { compareOnTwin, describeDifferences } from "../../../../test/support/twin-fidelity.ts";
import { snapshotOf, temporaryFolder, withTwin } from "../twin-support.ts";
import { writeSpatialExtension } from "./spatial-extension.ts";

const SCHEMA = `
create schema maps;
create extension spatial schema maps;
create domain maps.outline as maps.shape;
create table places as
  select i as id, 'place ' || i as name, ('shape ' || i % 500)::maps.shape(40) as area,
         array[('corner ' || i % 9)::text]::maps.shape[] as corners, ('outline ' || i)::maps.shape::maps.outline as outline
  from generate_series(1, 20000) as i;
alter table places alter column area type maps.shape(40);
create index places_area on places (area);
create index places_name on places (name) where maps.shape_size(area) > 3;
create index places_id on places (id);
create view large as select * from places where maps.shape_size(area) > 5;
create materialized view names as select id, name from places;
analyze`;

let folder: string;
let watched: TestPostgres;

beforeAll(async () => {
  folder = await temporaryFolder();
  const settings = { autovacuum: "off", ...(await writeSpatialExtension(folder)) };
  watched = await startTestPostgres({ settings, hasStatementCounters: false });
  await watched.query(SCHEMA);
});
afterAll(async () => {
  await watched.stop();
  await rm(folder, { recursive: true, force: true });
});

test("a type of an extension that the twin lacks keeps its place, and only statements that use it are declined", async () => {
  await withTwin(await snapshotOf(watched.url()), async (twin) => {
    const comparisons = await compareOnTwin(watched.url(), twin, [
      "select * from places where id = 7",
      "select id, area from places order by name limit 5",
      "select area is null, count(*) from places group by 1",
      "select name from places p join names n using (name) where n.id < 40",
      "update places set name = 'x' where id = 9",
    ]);
    expect(describeDifferences(comparisons)).toBe("");
    expect(twin.skipped.map(({ object }) => object)).toEqual([
      "extension spatial",
      "index public.places_area",
      "index public.places_name",
      "view public.large",
      "statistics of public.places.area",
      "statistics of public.places.corners",
      "statistics of public.places.outline",
    ]);
    const requests = [
      "select * from places where area = $1",
      "select maps.shape_size(area) from places",
      "select * from places where area > 'b'::maps.shape order by id",
      "select count(*) from large",
      "select distinct area from places",
    ].map((text) => ({ text, sample: "generic" }) as const);
    const answers = await twin.planMany(requests, { present: [], absent: [] });
    const reasons = answers.map((answer) => (answer instanceof Error ? answer.message : "a plan"));
    for (const reason of reasons.slice(0, 3)) {
      expect(reason).toContain("the twin holds maps.shape as an opaque value");
      expect(reason).toContain("extension spatial");
    }
    expect(reasons[3]).toContain("the twin could not carry view public.large");
    expect(reasons[4]).toContain("maps.shape as an opaque value");
  });
});
