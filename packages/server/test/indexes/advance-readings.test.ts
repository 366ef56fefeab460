import type { IndexObservation, IndexPortrait } from "@streamgate/pg-advisor";
import { describe, expect, it } from "vitest";
import { advanceReadings } from "../../src/indexes/advance-readings.ts";
import type { WatchedIndexes } from "../../src/indexes/index-reading.ts";

const START_MS = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;

interface Seen {
  readonly hours: number;
  readonly scans: number;
  readonly oid?: number;
  readonly definition?: string;
  readonly resetHours?: number;
  readonly startedHours?: number;
}

function observation({
  hours,
  scans,
  oid = 1,
  definition = "d",
  resetHours,
  startedHours = 0,
}: Seen): IndexObservation {
  const name = { schema: "public", name: "i" };
  const index = {
    ...name,
    oid,
    definition,
    scans,
    table: { schema: "public", name: "t" },
    parent: null,
    sizeBytes: 8_192,
  } as IndexPortrait["index"];
  const at = (after: number): string => new Date(START_MS + after * HOUR_MS).toISOString();
  return {
    takenAt: at(hours),
    versionNumber: 180_004,
    startedAt: at(startedHours),
    isReplica: false,
    counting: { countersResetAt: resetHours === undefined ? null : at(resetHours), replicas: 0 },
    indexes: [
      {
        index,
        shape: null,
        duties: [],
        isClustered: false,
        isDeferrable: false,
        estimatedBloat: null,
      },
    ],
    traits: [
      {
        ...name,
        isReplicaIdentity: false,
        isClustered: false,
        isDeferrable: false,
        referencedBy: [],
        scans,
        tuplesRead: 0,
        tuplesFetched: 0,
        lastScanAt: null,
        isBeingBuilt: false,
        knownSinceAt: null,
        upkeep: { tablespace: null, comment: null, statisticsTargets: [], dependsOnExtensions: [] },
      },
    ],
    tables: [],
  };
}

function after(...seen: readonly Seen[]): WatchedIndexes["readings"][number] {
  let known: WatchedIndexes | undefined;
  for (const one of seen) known = advanceReadings("media", known, observation(one));
  const [reading] = known?.readings ?? [];
  if (reading === undefined) throw new Error("nothing was read");
  return reading;
}

describe("scans of an index", () => {
  it("count from the first look on, whatever was counted before", () => {
    const reading = after(
      { hours: 0, scans: 50 },
      { hours: 1, scans: 53 },
      { hours: 2, scans: 54 },
    );
    expect(reading.seen.scans).toBe(4);
    expect(reading.watchedSinceMs).toBe(START_MS);
  });

  it("go on after a reset that the server tells of, even where the counter has passed where it was", () => {
    const reading = after({ hours: 0, scans: 5 }, { hours: 2, scans: 5, resetHours: 1 });
    expect(reading.seen.scans).toBe(5);
  });

  it("go on after a crash that nobody tells of", () => {
    expect(after({ hours: 0, scans: 50 }, { hours: 2, scans: 3 }).seen.scans).toBe(3);
  });

  it("are not counted twice after a restart that kept the counters", () => {
    const reading = after({ hours: 0, scans: 50 }, { hours: 2, scans: 50, startedHours: 1 });
    expect(reading.seen.scans).toBe(0);
  });

  it("go on when the index was rebuilt, which gives it another number", () => {
    const reading = after({ hours: 0, scans: 50 }, { hours: 1, scans: 51, oid: 2 });
    expect(reading.seen.scans).toBe(1);
    expect(reading.watchedSinceMs).toBe(START_MS);
  });

  it("begin anew with another index of the same name", () => {
    const reading = after(
      { hours: 0, scans: 50 },
      { hours: 1, scans: 0, oid: 2, definition: "other" },
    );
    expect(reading.seen.scans).toBe(0);
    expect(reading.watchedSinceMs).toBe(START_MS + HOUR_MS);
  });
});

it("a measurement is of one file: a rebuilt index was not measured", () => {
  const known = advanceReadings("media", undefined, observation({ hours: 0, scans: 0 }));
  const measured = { share: 0.5, sizeBytes: 8_192, atMs: START_MS };
  const withMeasurement = {
    ...known,
    readings: known.readings.map((one) => ({ ...one, measured })),
  };
  const same = advanceReadings("media", withMeasurement, observation({ hours: 1, scans: 0 }));
  const rebuilt = advanceReadings(
    "media",
    withMeasurement,
    observation({ hours: 1, scans: 0, oid: 2 }),
  );
  expect(same.readings[0]?.measured).toEqual(measured);
  expect(rebuilt.readings[0]?.measured).toBeNull();
});
