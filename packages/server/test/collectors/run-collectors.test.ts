import { type Clock, seededRandom, systemClock } from "@streamgate/core";
import { afterEach, describe, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import type { Collector, Reading } from "../../src/collectors/collector.ts";
import { type Collectors, runCollectors } from "../../src/collectors/run-collectors.ts";
import { createSourceBoard, type SourceBoard } from "../../src/platform/source-board.ts";

let running: Collectors | undefined;
afterEach(() => running?.stop());

/** A clock on which a thousandth of the time passes. */
const QUICK: Clock = {
  now: () => systemClock.now(),
  monotonicMs: () => systemClock.monotonicMs() * 1_000,
  sleep: (ms, signal) => systemClock.sleep(ms / 1_000, signal),
};

interface StandIn extends Collector {
  readonly readings: Reading[];
  rests: number;
}

function standIn(
  id: string,
  read: (reading: Reading, count: number) => Promise<string | undefined>,
  options: Partial<Pick<Collector, "runs" | "definition">> = {},
): StandIn {
  const readings: Reading[] = [];
  return {
    source: { id, kind: "database", name: id, everyMs: 10_000 },
    definition: options.definition ?? id,
    runs: options.runs ?? "everywhere",
    timeoutMs: 20_000,
    readings,
    rests: 0,
    read(reading) {
      readings.push(reading);
      return read(reading, readings.length);
    },
    async rest() {
      this.rests += 1;
    },
  };
}

function start(isLeading: () => boolean = () => true): {
  readonly collectors: Collectors;
  readonly board: SourceBoard;
  readonly lines: string[];
} {
  const board = createSourceBoard(() => undefined);
  const lines: string[] = [];
  const collectors = runCollectors({
    clock: QUICK,
    random: seededRandom(1),
    board,
    isLeading,
    log: (line) => lines.push(line),
  });
  running = collectors;
  return { collectors, board, lines };
}

function stateOf(board: SourceBoard, id: string): string | undefined {
  return board.list(systemClock.now().getTime()).find((source) => source.id === id)?.state;
}

const well = async (): Promise<undefined> => undefined;

describe("collectors", () => {
  test("wait for no other: one that never answers is ended by its time-out and tried again", async () => {
    const { collectors, board } = start();
    const silent = standIn("silent", () => new Promise(() => undefined));
    const quick = standIn("quick", well);
    await collectors.set([silent, quick]);
    await until(() => quick.readings.length >= 5 && silent.readings.length >= 3);
    expect(silent.readings[0]?.signal.aborted).toBe(true);
    expect(stateOf(board, "quick")).toBe("fresh");
    await until(() => stateOf(board, "silent") === "lost");
    expect(board.standingOf("silent")?.problem).toBe("silent did not answer within 20000 ms");
  });

  test("tell what fails as the age of what was read, and are fresh again with the first success", async () => {
    const { collectors, board, lines } = start();
    const flaky = standIn("flaky", async (_, count) => {
      if (count > 1 && count < 6) throw new Error("postgres://me:secret@db is gone");
      return undefined;
    });
    await collectors.set([flaky]);
    await until(() => stateOf(board, "flaky") === "lost");
    expect(board.standingOf("flaky")?.readAtMs).toBeDefined();
    expect(board.standingOf("flaky")?.problem).not.toContain("secret");
    await until(() => stateOf(board, "flaky") === "fresh");
    expect(board.standingOf("flaky")?.problem).toBeNull();
    expect(lines).toEqual(["flaky: postgres://me:***@db is gone", "flaky: read again"]);
  });

  test("say what could not be read where the rest could", async () => {
    const { collectors, board } = start();
    await collectors.set([standIn("partial", async () => "statements are hidden")]);
    await until(() => board.standingOf("partial")?.problem === "statements are hidden");
    expect(stateOf(board, "partial")).toBe("fresh");
  });

  test("of the leader rest where another leads, and begin when this one does", async () => {
    let isLeading = false;
    const { collectors } = start(() => isLeading);
    const led = standIn("led", well, { runs: "leader" });
    const all = standIn("all", well);
    await collectors.set([led, all]);
    await until(() => all.readings.length >= 3);
    expect(led.readings).toHaveLength(0);
    isLeading = true;
    await until(() => led.readings.length >= 2);
    isLeading = false;
    await until(() => led.rests === 1);
    const { length } = led.readings;
    const before = all.readings.length;
    await until(() => all.readings.length >= before + 3);
    expect(led.readings).toHaveLength(length);
  });

  test("whose definition did not change go on through a reload, the others are swapped", async () => {
    const { collectors, board } = start();
    const kept = standIn("kept", well);
    const changed = standIn("changed", well);
    const removed = standIn("removed", well);
    await collectors.set([kept, changed, removed]);
    await until(() => [kept, changed, removed].every(({ readings }) => readings.length > 0));
    const keptAgain = standIn("kept", well);
    const changedAnew = standIn("changed", well, { definition: "another" });
    await collectors.set([keptAgain, changedAnew, standIn("added", well)]);
    const before = kept.readings.length;
    await until(() => kept.readings.length > before && changedAnew.readings.length > 0);
    expect(keptAgain.readings).toHaveLength(0);
    expect(kept.rests).toBe(0);
    expect([changed.rests, removed.rests]).toEqual([1, 1]);
    expect(changed.readings.at(-1)?.signal.aborted).toBe(true);
    expect(stateOf(board, "removed")).toBeUndefined();
    expect(stateOf(board, "added")).toBeDefined();
  });

  test("end within a bound though a reading does not listen", async () => {
    const { collectors } = start();
    const deaf = standIn("deaf", () => new Promise(() => undefined));
    await collectors.set([deaf]);
    await until(() => deaf.readings.length === 1);
    await collectors.stop();
    const { length } = deaf.readings;
    await systemClock.sleep(50);
    expect(deaf.readings).toHaveLength(length);
  });
});
