import { exposeMetrics } from "@streamgate/telemetry";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { increasesSince } from "../../src/indexes/index-days.ts";
import { indexMetrics } from "../../src/indexes/index-metrics.ts";
import { keepShownIndexes } from "../../src/indexes/shown-indexes.ts";
import { type Served, serveForTest } from "../access/served.ts";
import { aLook, aReading, LOOK_MS } from "../support/index-readings.ts";

async function textOf(...looks: Parameters<typeof indexMetrics>[0]): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of exposeMetrics(indexMetrics(looks))) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe("the metrics of indexes", () => {
  it("are counters of use and gauges of size, by database, table and index", async () => {
    const seen = { scans: 12, tuplesRead: 30, tuplesFetched: 28 };
    const text = await textOf(aLook([aReading({ seen, sizeBytes: 16_384 })]));
    const labels = `{database="media",table="public.songs",index="public.songs_owner"}`;
    expect(text).toContain(`streamgate_database_index_scans_total${labels} 12`);
    expect(text).toContain(`streamgate_database_index_tuples_fetched_total${labels} 28`);
    expect(text).toContain(`streamgate_database_index_size_bytes${labels} 16384`);
    expect(text).toContain(`streamgate_database_indexes_size_bytes{database="media"} 16384`);
    expect(text).not.toContain("bloat_ratio{");
    expect(text).toContain(
      `streamgate_database_indexes_read_timestamp_seconds{database="media"} ${LOOK_MS / 1_000}`,
    );
  });

  it("are those of the busiest and the largest alone, where there are thousands", async () => {
    const many = Array.from({ length: 2_000 }, (_, at) =>
      aReading({ name: `i${at}`, oid: at, sizeBytes: at, seen: { scans: 2_000 - at } }),
    );
    const text = await textOf(aLook(many));
    const own = text.match(/^streamgate_database_index_size_bytes\{/gm) ?? [];
    expect(own).toHaveLength(500);
    expect(text).toContain(`streamgate_database_indexes{database="media"} 2000`);
  });
});

describe("which indexes have series of their own", () => {
  it("are the busiest of late and the largest, and those of the hour before stay", () => {
    const readingsAt = (scans: readonly number[]) =>
      scans.map((count, at) =>
        aReading({ name: `i${at}`, oid: at, sizeBytes: 100 - at, seen: { scans: count } }),
      );
    const shown = keepShownIndexes(2, 1);
    const weigh = (before: readonly number[], now: readonly number[]): readonly string[] => {
      const later = aLook(readingsAt(now));
      return shown
        .weigh(later.readings, increasesSince(aLook(readingsAt(before)), later), 300_000)
        .map(({ portrait }) => portrait.index.name);
    };
    expect(weigh([0, 0, 0, 0], [0, 9, 5, 1])).toEqual(["i0", "i1", "i2"]);
    expect(weigh([0, 9, 5, 1], [0, 9, 5, 2])).toEqual(["i0", "i1", "i2"]);
    expect(weigh([0, 9, 5, 2], [0, 9, 5, 200])).toEqual(["i0", "i1", "i3"]);
  });
});

describe("GET /metrics", () => {
  let postgres: TestPostgres;
  let served: Served;
  beforeAll(async () => {
    postgres = await startTestPostgres({ hasStatementCounters: false });
    served = await serveForTest(await postgres.createDatabase("store"));
  });
  afterAll(async () => {
    await served?.stop();
    await postgres?.stop();
  });

  it("is for whoever may read, by a token as everything else", async () => {
    expect((await fetch(`${served.url}metrics`)).status).toBe(401);
    const answer = await fetch(`${served.url}metrics`, {
      headers: { authorization: `Bearer ${served.firstToken}` },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toContain("version=0.0.4");
    const text = await answer.text();
    expect(text).toContain("process_cpu_time_seconds_total");
    const heads = text.match(/^# TYPE \S+/gm) ?? [];
    expect(new Set(heads).size).toBe(heads.length);
  });
});
