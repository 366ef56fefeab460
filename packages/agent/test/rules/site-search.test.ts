import { beforeEach, describe, expect, test } from "vitest";
import type { AllocationSampling } from "../../src/rules/sites/allocation-sampler.ts";
import type { AllocationProfile } from "../../src/rules/sites/kept-allocations.ts";
import { SiteSearch } from "../../src/rules/sites/site-search.ts";
import { type RuleWorld, ruleWorld } from "./rule-world.ts";

const LEAK = { bytesPerSecond: 1e6, isOutsideHeap: false };

describe("the search for the place of a leak", () => {
  let world: RuleWorld;
  let sampling: FakeSampling;
  let search: SiteSearch;

  beforeEach(() => {
    world = ruleWorld();
    sampling = new FakeSampling();
    search = new SiteSearch({
      ...world,
      mostPauseMs: 500,
      start: (bytes) => sampling.start(bytes),
    });
  });

  function passCollections(count: number): void {
    for (let index = 0; index < count; index += 1) {
      search.onMajorCollection();
      world.clock.advance(3000);
    }
  }

  function goQuiet(): void {
    for (let reading = 0; reading < 6; reading += 1) search.forget();
  }

  test("costs nothing until a leak is suspected", async () => {
    passCollections(10);
    await search.look();
    expect(sampling.started).toBe(0);
  });

  test("samples until some major collections have passed, and then names the place", async () => {
    search.want(LEAK);
    search.want(LEAK);
    expect(sampling.started).toBe(1);
    passCollections(2);
    await search.look();
    expect(search.state.kind).toBe("sampling");
    passCollections(3);
    await search.look();
    expect(search.state).toMatchObject({
      kind: "found",
      sites: [{ place: "remember (/srv/app/sessions.js:5)" }],
    });
    search.want(LEAK);
    expect(sampling.started).toBe(1);
  });

  test("ends without a collection when the suspicion goes away, and rests longer each time", () => {
    search.want(LEAK);
    search.forget();
    expect(sampling).toMatchObject({ abandoned: 0, finished: 0 });
    goQuiet();
    expect(sampling).toMatchObject({ abandoned: 1, finished: 0 });
    search.want(LEAK);
    expect(sampling.started).toBe(1);
    world.clock.advance(21_000);
    search.want(LEAK);
    expect(sampling.started).toBe(2);
    goQuiet();
    world.clock.advance(21_000);
    search.want(LEAK);
    expect(sampling.started).toBe(2);
  });

  test("is not begun where the collection at its end would hold the thread for too long", () => {
    world.observe({
      heap: {
        usedBytes: 900e6,
        totalBytes: 1e9,
        limitBytes: 4e9,
        externalBytes: 0,
        arrayBuffersBytes: 0,
        detachedContexts: 0,
        spaces: {},
      },
    });
    search.want(LEAK);
    expect(search.state).toEqual({ kind: "declined", pauseMs: 900 });
    expect(sampling.started).toBe(0);
  });

  test("waits while something else samples the heap", () => {
    sampling.isTaken = true;
    search.want(LEAK);
    expect(search.state.kind).toBe("idle");
    sampling.isTaken = false;
    search.want(LEAK);
    expect(search.state.kind).toBe("sampling");
  });

  test("samples the more finely, the slower the leak is", () => {
    search.want({ ...LEAK, bytesPerSecond: 100e6 });
    const coarse = sampling.intervalBytes;
    goQuiet();
    world.clock.advance(61_000);
    search.want({ ...LEAK, bytesPerSecond: 10_000 });
    expect(sampling.intervalBytes).toBeLessThan(coarse / 10);
  });

  test("is ended with the rules", () => {
    search.want(LEAK);
    search.stop();
    expect(sampling.abandoned).toBe(1);
  });
});

/** Sampling whose profile shows one place that leaks. */
class FakeSampling {
  started = 0;
  finished = 0;
  abandoned = 0;
  intervalBytes = 0;
  isTaken = false;

  start(intervalBytes: number): AllocationSampling | undefined {
    if (this.isTaken) return undefined;
    this.started += 1;
    this.intervalBytes = intervalBytes;
    return {
      intervalBytes,
      finish: () => {
        this.finished += 1;
        return Promise.resolve(PROFILE);
      },
      abandon: () => {
        this.abandoned += 1;
      },
    };
  }
}

const PROFILE: AllocationProfile = {
  head: {
    id: 1,
    callFrame: { functionName: "(root)", url: "", lineNumber: -1, columnNumber: -1 },
    children: [
      {
        id: 2,
        callFrame: {
          functionName: "remember",
          url: "file:///srv/app/sessions.js",
          lineNumber: 4,
          columnNumber: 0,
        },
        children: [],
      },
    ],
  },
  samples: Array.from({ length: 40 }, (_, index) => ({ nodeId: 2, size: 64, ordinal: index * 10 })),
};
