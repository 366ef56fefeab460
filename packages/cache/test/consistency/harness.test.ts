import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { ScheduleEvent } from "../../../../bench/cache-consistency/events.ts";
import { judge } from "../../../../bench/cache-consistency/judge.ts";
import { planSchedule, type Schedule } from "../../../../bench/cache-consistency/plan.ts";
import { Trial } from "../../../../bench/cache-consistency/trial.ts";
import { subject } from "./careless-cache.ts";

const SHAPE = { seed: 7, workers: 3, longShare: 0.1, hasEverywhere: true, hasBatches: true };
let trial: Trial | undefined;

afterEach(async () => {
  await trial?.end();
  trial = undefined;
});

describe("the harness that looks for violations", () => {
  it("finds each kind of violation in a careless cache", async () => {
    trial = await Trial.begin({
      subject,
      subjectModule: join(import.meta.dirname, "careless-cache.ts"),
      workers: 3,
      seed: 7,
      patienceMs: 1_000,
      tell: () => undefined,
    });
    await trial.run({ name: "healthy", schedules: 600, longShare: 0.02, atOnce: 60, faults: [] });
    await trial.run({
      name: "partitions",
      schedules: 600,
      longShare: 0.4,
      atOnce: 300,
      faults: ["partition", "drop"],
    });
    const { violations } = trial.tally;
    const kinds = [
      "own process",
      "shared tier",
      "everywhere",
      "lease",
      "mangled",
      "hang",
      "rejection",
    ] as const;
    expect(kinds.filter((kind) => violations.get(kind) === 0)).toEqual([]);
  });

  it("plans the same schedule from the same seed and number", () => {
    expect(planSchedule(SHAPE, 12)).toEqual(planSchedule(SHAPE, 12));
    expect(planSchedule(SHAPE, 12)).not.toEqual(planSchedule({ ...SHAPE, seed: 8 }, 12));
  });

  it("plans every kind of operation", () => {
    const schedules = Array.from({ length: 400 }, (_, number) => planSchedule(SHAPE, number));
    const operations = schedules.flatMap(({ actors }) =>
      actors.flatMap((actor) => actor.operations),
    );
    const does = new Set(
      operations.map((operation) => (operation.does === "commit" ? operation.by : operation.does)),
    );
    expect([...does].sort()).toEqual([
      "commit and set",
      "delete",
      "key",
      "look at many",
      "namespace",
      "read",
      "read many",
      "tag",
    ]);
    expect(schedules.some(({ entries }) => entries.some(({ variant }) => variant !== ""))).toBe(
      true,
    );
    expect(schedules.some(({ rows }) => rows.some(({ kind }) => kind === "late"))).toBe(true);
  });
});

describe("the judge of a read", () => {
  it("lets a read begin before the invalidation has resolved", () => {
    expect(verdictOf({ startMs: 9, reader: 0 })).toEqual([]);
  });

  it("calls an old version after an invalidation of the same process a violation", () => {
    expect(verdictOf({ startMs: 11, reader: 0 })).toEqual(["own process"]);
  });

  it("takes a process that was started anew for another", () => {
    expect(verdictOf({ startMs: 11, reader: 0, life: 1 })).toEqual([]);
  });

  it("lets another process's memory be late for a lease and no longer", () => {
    expect(verdictOf({ startMs: 1_000, reader: 1 })).toEqual([]);
    expect(verdictOf({ startMs: 1_031, reader: 1 })).toEqual(["lease"]);
  });

  it("lets no read of the shared tier be late", () => {
    expect(verdictOf({ startMs: 11, reader: 1, isFromMemory: false })).toEqual(["shared tier"]);
  });

  it("lets no read anywhere be late after everywhere", () => {
    expect(verdictOf({ startMs: 11, reader: 1, isEverywhere: true })).toEqual(["everywhere"]);
  });

  it("counts apart a read of a turn in which the process was stopped", () => {
    expect(verdictOf({ startMs: 3_000, turnMs: 900, reader: 1 })).toEqual([]);
    expect(verdictOf({ startMs: 3_000, turnMs: 2_000, reader: 1 })).toEqual(["lease"]);
  });

  it("gives no promise for an invalidation that was rejected", () => {
    expect(verdictOf({ startMs: 11, reader: 0, outcome: "rejected" })).toEqual([]);
  });

  it("takes a version that nobody committed for a fault of its own", () => {
    expect(() => verdictOf({ startMs: 11, reader: 0, version: 2 })).toThrow(/version 2 of 1/);
  });
});

/** Version 1 was committed and its invalidation resolved at 10 ms in worker 0; somebody reads version 0, or another. */
function verdictOf(read: {
  readonly startMs: number;
  readonly turnMs?: number;
  readonly reader: number;
  readonly life?: number;
  readonly version?: number;
  readonly isFromMemory?: boolean;
  readonly isEverywhere?: boolean;
  readonly outcome?: "resolved" | "rejected";
}): readonly string[] {
  const { reader, life = 0, isFromMemory = true, isEverywhere = false } = read;
  const entry = {
    place: "near",
    id: "a",
    variant: "",
    key: "near:a",
    rows: [0],
    lateRows: [],
    tags: [],
  } as const;
  const schedule: Schedule = {
    number: 0,
    rows: [{ name: "row", kind: "id", entries: [entry] }],
    entries: [entry],
    actors: [
      { worker: 0, operations: [{ waitMs: 0, does: "commit", row: 0, by: "key", isEverywhere }] },
    ],
  };
  const at = { actor: 0, operation: 0 };
  const written: ScheduleEvent = {
    kind: "write",
    ...at,
    row: 0,
    version: 1,
    committedUs: 5_000,
    resolvedUs: 10_000,
    outcome: read.outcome ?? "resolved",
    isEverywhere,
  };
  const seen: ScheduleEvent = {
    kind: "read",
    ...at,
    entry: 0,
    startUs: read.startMs * 1_000,
    endUs: read.startMs * 1_000 + 1,
    turnUs: (read.turnMs ?? read.startMs) * 1_000,
    versions: [read.version ?? 0],
    outcome: "value",
  };
  const parts = [
    { worker: 0, life: 0, report: { number: 0, events: [written] } },
    { worker: reader, life, report: { number: 0, events: [seen] } },
  ];
  const abilities = {
    ...subject.abilities,
    places: isFromMemory ? subject.abilities.places : [],
  };
  return judge(schedule, parts, abilities).found.map(({ violation }) => violation);
}
