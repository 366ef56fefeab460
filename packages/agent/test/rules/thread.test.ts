import { readFileSync } from "node:fs";
import { systemClock } from "@streamgate/core";
import { describe, expect, test } from "vitest";
import { blockingFunctions, longStretches } from "../../src/rules/loop/blocking-function.ts";
import { jsonCalls, synchronousCalls } from "../../src/rules/loop/called-from.ts";
import { profileThread, type ThreadProfiling } from "../../src/rules/loop/profile-thread.ts";
import { runningShare } from "../../src/rules/loop/running-share.ts";
import { showJsonCalls } from "../../src/rules/loop/show-json-calls.ts";
import { adviseOnThread } from "../../src/rules/loop/thread-rule.ts";
import { readThread, ThreadWatch } from "../../src/rules/loop/thread-watch.ts";
import { busyMs, type TimedStack, timedStacks } from "../../src/rules/loop/timed-stacks.ts";
import type { RawFrame } from "../../src/rules/sites/code-frame.ts";
import type { Stall } from "../../src/samplers/observation.ts";
import { ruleWorld } from "./rule-world.ts";

const ROUTE = frame("handleSearch", "file:///srv/app/src/search.js", 10);
const SORT = frame("sortByRank", "file:///srv/app/src/rank.js", 3);
const OTHER = frame("handleUser", "file:///srv/app/src/user.js", 5);
const READ = frame("readFileSync", "node:fs", 430);
const LOADER = frame("Module._load", "node:internal/modules/cjs/loader", 900);
const PARSE = frame(
  "JSON.parse",
  new URL("../../src/rules/loop/show-json-calls.ts", import.meta.url).href,
  14,
);
const WAITING: readonly RawFrame[] = [];

describe("a profile", () => {
  test("becomes stacks in order of time, on the clock of the stalls", () => {
    const stacks = timedStacks(
      {
        startTime: 5_000_000,
        endTime: 5_012_000,
        nodes: [
          { id: 1, callFrame: frame("(root)", "", -1), children: [2, 4] },
          { id: 2, callFrame: ROUTE, children: [3] },
          { id: 3, callFrame: SORT },
          { id: 4, callFrame: frame("(idle)", "", -1) },
        ],
        samples: [3, 4, 2],
        timeDeltas: [2000, 4000, 3000],
      },
      100,
    );
    expect(stacks).toEqual([
      { atMs: 102, durationMs: 4, frames: [SORT, ROUTE] },
      { atMs: 106, durationMs: 3, frames: [] },
      { atMs: 109, durationMs: 3, frames: [ROUTE] },
    ]);
    expect(busyMs(stacks)).toBe(7);
  });

  test("without samples is no work", () => {
    expect(timedStacks({ startTime: 0, endTime: 0, nodes: [] }, 0)).toEqual([]);
  });
});

describe("what blocks", () => {
  test("is the innermost function of the program that was there through most of the stall", () => {
    const stacks = run([
      [100, [OTHER]],
      [200, [SORT, ROUTE]],
      [100, [OTHER]],
    ]);
    const [blocker, ...others] = blockingFunctions(stacks, [stall(100, 200)]);
    expect(others).toEqual([]);
    expect(blocker?.place).toBe("sortByRank (/srv/app/src/rank.js:4)");
    expect(blocker).toMatchObject({ isOwnCode: true, times: 1, longestMs: 200 });
  });

  test("is who calls, where the time is spread over what is called", () => {
    const stacks = run([
      [50, [SORT, ROUTE]],
      [50, [READ, ROUTE]],
      [50, [ROUTE]],
    ]);
    const [blocker] = blockingFunctions(stacks, [stall(0, 150)]);
    expect(blocker?.place).toBe("handleSearch (/srv/app/src/search.js:11)");
  });

  test("is not told for stalls that no sample covers", () => {
    expect(blockingFunctions(run([[100, [ROUTE]]]), [stall(5000, 100)])).toEqual([]);
  });

  test("adds up over stalls", () => {
    const stacks = run([
      [100, [ROUTE]],
      [100, WAITING],
      [300, [ROUTE]],
    ]);
    const [blocker] = blockingFunctions(stacks, [stall(0, 100), stall(200, 300)]);
    expect(blocker).toMatchObject({ times: 2, longestMs: 300, totalMs: 400 });
  });
});

describe("work for other threads", () => {
  test("is computing for long at a stretch", () => {
    const stacks = run([
      [80, [SORT, ROUTE]],
      [10, WAITING],
      [90, [SORT, ROUTE]],
      [20, [OTHER]],
    ]);
    const [computation, ...others] = longStretches(stacks, 50, () => true);
    expect(others).toEqual([]);
    expect(computation).toMatchObject({
      place: "sortByRank (/srv/app/src/rank.js:4)",
      times: 2,
      longestMs: 90,
    });
  });

  test("is not what waits for the disk meanwhile", () => {
    const reading = readThread(
      run([
        [200, [READ, ROUTE]],
        [10, WAITING],
        [200, [READ, ROUTE]],
      ]),
      [],
      0,
      1,
    );
    expect(reading.computations).toEqual([]);
    expect(reading.synchronous[0]).toMatchObject({ name: "readFileSync", totalMs: 400 });
  });
});

describe("dear calls", () => {
  test("to Node's synchronous functions are told by who calls", () => {
    const stacks = run([
      [30, [READ, ROUTE]],
      [70, [OTHER]],
    ]);
    expect(synchronousCalls(stacks, 100)).toEqual([
      {
        name: "readFileSync",
        place: "handleSearch (/srv/app/src/search.js:11)",
        totalMs: 30,
        share: 0.3,
      },
    ]);
  });

  test("do not count loading modules", () => {
    expect(synchronousCalls(run([[30, [READ, LOADER, ROUTE]]]), 30)).toEqual([]);
  });

  test("to JSON are told by who calls", () => {
    const [call] = jsonCalls(
      run([
        [60, [PARSE, ROUTE]],
        [40, [OTHER]],
      ]),
      100,
    );
    expect(call).toMatchObject({ name: "JSON.parse", share: 0.6 });
  });

  test("JSON works as ever while it is shown, and after", () => {
    const { parse, stringify } = JSON;
    const hide = showJsonCalls();
    const text = JSON.stringify({ a: [1, undefined, 2] }, null, 2);
    expect(JSON.parse(text, (_key, value: unknown) => value)).toEqual({ a: [1, null, 2] });
    expect(JSON.stringify(undefined)).toBeUndefined();
    expect(() => JSON.parse("{")).toThrow(SyntaxError);
    hide();
    expect(JSON.parse).toBe(parse);
    expect(JSON.stringify).toBe(stringify);
    expect(text).toBe(stringify({ a: [1, null, 2] }, null, 2));
  });
});

describe("findings of the thread", () => {
  test("name what to do for each", () => {
    const stacks = run([
      [400, [SORT, ROUTE]],
      [100, WAITING],
      [400, [SORT, ROUTE]],
      [200, [READ, OTHER]],
      [400, [PARSE, OTHER]],
    ]);
    const reading = readThread(stacks, [stall(0, 400), stall(500, 400)], 1500, 1.5);
    const findings = adviseOnThread(ruleWorld(), reading);
    const byKind = new Map(findings.map((finding) => [finding.kind, finding]));
    expect([...byKind.keys()].sort()).toEqual([
      "loop/blocked",
      "loop/json",
      "loop/offload",
      "loop/synchronous-io",
    ]);
    expect(byKind.get("loop/blocked")?.subject.object).toBe("sortByRank (/srv/app/src/rank.js:4)");
    expect(byKind.get("loop/offload")?.remedy).toContain("WorkerPool");
    expect(byKind.get("loop/synchronous-io")?.remedy).toContain("readFile");
    expect(byKind.get("loop/json")?.summary).toContain("JSON.parse");
  });

  test("have the same id each time", () => {
    const stacks = run([
      [400, [SORT, ROUTE]],
      [10, WAITING],
      [400, [SORT, ROUTE]],
    ]);
    const idsAt = (atMs: number): readonly string[] =>
      adviseOnThread(ruleWorld(), readThread(stacks, [stall(0, 400)], atMs, 1)).map(({ id }) => id);
    expect(idsAt(1)).toEqual(idsAt(99));
    expect(new Set(idsAt(1)).size).toBe(idsAt(1).length);
  });
});

describe("a look at the thread", () => {
  test("is taken after a few stalls, is over after ten seconds, and what it saw is forgotten when it is over", async () => {
    const world = ruleWorld();
    const stacks = run([[400, [SORT, ROUTE]]], 1_000_000);
    let profiles = 0;
    const watch = new ThreadWatch(world.clock, world.addCost, (): ThreadProfiling => {
      profiles += 1;
      return {
        startedAtMs: world.clock.monotonicMs(),
        finish: () => Promise.resolve(stacks),
        abandon: () => undefined,
      };
    });
    await watch.look();
    expect(profiles).toBe(0);
    for (let index = 0; index < 3; index += 1) watch.onStall(stall(1_000_000, 400));
    await watch.look();
    expect(profiles).toBe(1);
    world.clock.advance(11_000);
    await watch.look();
    expect(watch.reading?.blockers[0]?.place).toContain("sortByRank");
    await watch.look();
    expect(profiles).toBe(1);
    world.clock.advance(120_000);
    await watch.look();
    expect(watch.reading).toBeUndefined();
  });

  test("is not taken while others hold the processors", async () => {
    const world = ruleWorld();
    let profiles = 0;
    const watch = new ThreadWatch(world.clock, world.addCost, () => {
      profiles += 1;
      throw new Error("not to be");
    });
    for (let second = 0; second < 20; second += 1) {
      watch.onObservation({
        ...starved(second),
      });
    }
    for (let index = 0; index < 5; index += 1) watch.onStall(stall(world.clock.monotonicMs(), 400));
    await watch.look();
    expect(profiles).toBe(0);
    expect(runningShare(Array.from({ length: 20 }, (_, second) => starved(second)))).toBeLessThan(
      0.2,
    );
  });

  test("by V8 names the functions that really ran", async () => {
    const profiling = profileThread(systemClock, 1);
    const beganMs = systemClock.monotonicMs();
    computeForLong(150);
    const computed: Stall = { atMs: beganMs, durationMs: systemClock.monotonicMs() - beganMs };
    parseForLong(100);
    readForLong(100);
    const stacks = await profiling.finish();
    const reading = readThread(stacks, [computed], systemClock.monotonicMs(), 0.35);
    const places = reading.blockers.map(({ place }) => place);
    expect(places.join()).toContain("computeForLong (");
    expect(
      reading.json.some(
        ({ name, place }) => name === "JSON.parse" && place.includes("parseForLong"),
      ),
    ).toBe(true);
    expect(
      reading.synchronous.some(
        ({ name, place }) => name === "readFileSync" && place.includes("readForLong"),
      ),
    ).toBe(true);
  });
});

function computeForLong(ms: number): number {
  const endMs = performance.now() + ms;
  let sum = 0;
  while (performance.now() < endMs) for (let at = 0; at < 5000; at += 1) sum += Math.sqrt(at);
  return sum;
}

function parseForLong(ms: number): void {
  const text = JSON.stringify(Array.from({ length: 2000 }, (_, id) => ({ id, name: `row ${id}` })));
  const endMs = performance.now() + ms;
  while (performance.now() < endMs) JSON.parse(text);
}

function readForLong(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs) readFileSync(process.execPath).subarray(0, 1);
}

function starved(second: number) {
  return {
    atMs: second * 1000,
    takenAtMs: second * 1000,
    loop: { utilization: 1, maxDelayMs: 300 },
    cpu: { userSeconds: second * 0.1, systemSeconds: 0, cores: 2, utilization: 0.05 },
  };
}

function run(
  parts: readonly (readonly [ms: number, frames: readonly RawFrame[]])[],
  startMs = 0,
): readonly TimedStack[] {
  const SAMPLE_MS = 10;
  const stacks: TimedStack[] = [];
  let atMs = startMs;
  for (const [ms, frames] of parts) {
    for (let done = 0; done < ms; done += SAMPLE_MS) {
      stacks.push({ atMs, durationMs: SAMPLE_MS, frames });
      atMs += SAMPLE_MS;
    }
  }
  return stacks;
}

function stall(atMs: number, durationMs: number): Stall {
  return { atMs, durationMs };
}

function frame(functionName: string, url: string, lineNumber: number): RawFrame {
  return { functionName, url, lineNumber, columnNumber: 0 };
}
