import type { Advice } from "@streamgate/core";
import { describe, expect, test } from "vitest";
import type { NamespaceRecorder } from "../../src/analytics/namespace-recorder.ts";
import { type Gauges, StatisticsRecorder } from "../../src/analytics/recorder.ts";
import { adviseCache } from "../../src/analytics/rules/advise-cache.ts";
import type { SizePoint } from "../../src/analytics/rules/reading.ts";
import { ManualClock } from "../bloom/manual-clock.ts";

interface Scenario {
  readonly user: NamespaceRecorder;
  readonly recorder: StatisticsRecorder;
  readonly clock: ManualClock;
}

interface Circumstances {
  readonly memory?: Partial<Gauges["memory"]>;
  readonly ttlMs?: number;
  readonly curve?: readonly SizePoint[];
}

function advise(play: (scenario: Scenario) => void, circumstances: Circumstances = {}): Advice {
  const { memory = {}, ttlMs = 1_000, curve } = circumstances;
  const clock = new ManualClock();
  const recorder = new StatisticsRecorder({ clock });
  const user = recorder.namespace("user");
  play({ user, recorder, clock });
  clock.nowMs += 10_000;
  const whole = { entries: 900, sizeBytes: 64e6, maxEntries: 1e6, maxBytes: 64e6, ...memory };
  const statistics = recorder.statistics({
    memory: whole,
    namespaces: new Map([
      ["user", { ttlMs, entries: 900, sizeBytes: whole.sizeBytes, isWarmable: false }],
    ]),
  });
  return adviseCache({ statistics, ...(curve === undefined ? {} : { curve }) });
}

function times(count: number, act: () => void): void {
  for (let round = 0; round < count; round += 1) act();
}

function kindsOf({ findings }: Advice): readonly string[] {
  return findings.map(({ kind }) => kind);
}

/** The reason for which a remedy was declined. */
function reasonOf({ declined }: Advice, candidate: string): string | undefined {
  return declined.find((one) => one.candidate.startsWith(candidate))?.reason;
}

const READS = ({ user }: Scenario): void => {
  user.recordHits(9_000);
  times(1_000, () => {
    user.recordMiss();
    user.recordLoad("loaded", 20);
  });
};

describe("more memory", () => {
  const curve = [
    { multiple: 0.5, hitRatio: 0.8 },
    { multiple: 1, hitRatio: 0.9 },
    { multiple: 2, hitRatio: 0.981 },
    { multiple: 4, hitRatio: 0.985 },
  ];

  test("is advised where the curve says that twice of it answers more", () => {
    const { findings } = advise(READS, { curve });
    const found = findings.find(({ kind }) => kind === "cache/too-small");
    expect(found?.summary).toBe(
      "Memory answers 90.0 % of reads; 2 times the memory would answer 98.1 %.",
    );
    expect(found?.savedMsPerHour).toBeCloseTo(0.081 * 10_000 * 20 * 360);
    expect(found?.severity).toBe("high");
    expect(found?.fix?.steps).toEqual([
      { kind: "setting", name: "memory.maxBytes", value: "128000000", previousValue: "64000000" },
    ]);
    expect(found?.evidence[0]).toMatchObject({ rung: "estimated", value: 0.9, unit: "ratio" });
  });

  test("is declined with the reason", () => {
    const candidate = "more memory";
    expect(reasonOf(advise(READS), candidate)).toBe("no-curve");
    expect(reasonOf(advise(READS, { curve, memory: { sizeBytes: 1e6 } }), candidate)).toBe(
      "memory-not-full",
    );
    const flat = curve.map(({ multiple }) => ({ multiple, hitRatio: 0.9 }));
    expect(reasonOf(advise(READS, { curve: flat }), candidate)).toBe("gain-too-small");
  });
});

describe("the time to live", () => {
  test("is too short where reloads bring what was there", () => {
    const advice = advise((scenario) => {
      READS(scenario);
      times(95, () => scenario.user.recordReload(true));
      times(5, () => scenario.user.recordReload(false));
    });
    const found = advice.findings.find(({ kind }) => kind === "cache/ttl-too-short");
    expect(found?.summary).toContain("95.0 % of 100 reloads in user");
    expect(found?.savedMsPerHour).toBeCloseTo(95 * 0.5 * 20 * 360);
    expect(found?.fix?.steps[0]).toMatchObject({ name: "namespaces.user.ttlMs", value: "2000" });
  });

  test("is not too short where values change or too few were loaded again", () => {
    const candidate = "a longer time to live";
    expect(reasonOf(advise(READS), candidate)).toBe("too-few-reloads");
    const changing = advise((scenario) => {
      READS(scenario);
      times(50, () => scenario.user.recordReload(false));
    });
    expect(reasonOf(changing, candidate)).toBe("values-change");
  });

  test("is too long where hits come only to young values", () => {
    const play = (scenario: Scenario): void => {
      READS(scenario);
      times(100, () => scenario.user.sampleHit("a", 50, 1_000, 32));
    };
    expect(kindsOf(advise(play))).toContain("cache/ttl-too-long");
    expect(reasonOf(advise(play, { ttlMs: 1e9 }), "a shorter")).toBe("too-early");
  });

  test("is not too long where old values are used", () => {
    const advice = advise((scenario) => {
      READS(scenario);
      times(100, () => scenario.user.sampleHit("a", 900, 1_000, 32));
    });
    expect(reasonOf(advice, "a shorter")).toBe("old-values-are-used");
  });

  test("ends nothing where nearly all entries are invalidated before", () => {
    const advice = advise((scenario) => {
      READS(scenario);
      times(90, () => scenario.user.recordEviction("invalidated", 100, 1));
      times(10, () => scenario.user.recordEviction("expired", 100, 1));
    });
    const found = advice.findings.find(({ kind }) => kind === "cache/ttl-too-long");
    expect(found).toMatchObject({ severity: "info" });
    expect(found?.summary).toContain("90.0 % of the entries of user are invalidated");
  });
});

test("a namespace whose reads never hit is named, and one whose entries leave unused", () => {
  const misses = advise(({ user }) => times(600, () => user.recordMiss()));
  expect(kindsOf(misses)).toContain("cache/never-hit");

  const unused = advise((scenario) => {
    READS(scenario);
    times(100, () => scenario.user.recordEviction("size", 100, 0));
  });
  expect(kindsOf(unused)).toContain("cache/never-hit");
  expect(reasonOf(advise(READS), "caching less")).toBe("entries-are-hit");
  expect(
    reasonOf(
      advise(({ user }) => user.recordHits(5)),
      "caching less",
    ),
  ).toBe("too-little-traffic");
});

test("large values are named, and small ones are not", () => {
  const large = advise((scenario) => {
    READS(scenario);
    times(100, () => scenario.user.recordLanding(2e6));
  });
  expect(kindsOf(large)).toContain("cache/value-too-large");
  const small = advise((scenario) => {
    READS(scenario);
    times(100, () => scenario.user.recordLanding(2e3));
  });
  expect(reasonOf(small, "smaller values")).toBe("values-are-small");
});

test("a namespace that fills memory and brings no hits is named", () => {
  const advice = advise(({ recorder, user }) => {
    user.recordHits(10);
    recorder.namespace("other").recordHits(5_000);
  });
  const found = advice.findings.find(({ kind }) => kind === "cache/value-too-large");
  expect(found?.summary).toBe("user takes 100.0 % of memory and brings 0.2 % of its hits.");
});

test("a hot key is named with its certain share", () => {
  const hot = advise((scenario) => {
    READS(scenario);
    times(60, () => scenario.user.sampleHit("42", 10, 1_000, 32));
    times(40, () => scenario.user.sampleHit("43", 10, 1_000, 32));
  });
  const found = hot.findings.filter(({ kind }) => kind === "cache/hot-key");
  expect(found.map(({ subject }) => subject.object)).toEqual(["user:42"]);

  const spread = advise((scenario) => {
    READS(scenario);
    for (let key = 0; key < 50; key += 1) scenario.user.sampleHit(String(key), 10, 1_000, 32);
  });
  expect(reasonOf(spread, "care for a hot key")).toBe("hits-are-spread");
});

test("a stampede is named by the callers that wait for each load", () => {
  const crowd = advise(({ user }) => {
    times(10, () => user.recordLoad("loaded", 100));
    times(500, () => {
      user.recordMiss();
      user.recordJoin();
    });
  });
  const found = crowd.findings.find(({ kind }) => kind === "cache/stampede");
  expect(found?.summary).toContain("50.0 callers wait for every load of user");
  expect(found?.savedMsPerHour).toBeCloseTo(500 * 100 * 0.5 * 360);
  expect(reasonOf(advise(READS), "refreshing ahead")).toBe("few-callers-wait");
});

test("a tag that drops a large part of memory is named", () => {
  const wide = advise((scenario) => {
    READS(scenario);
    scenario.recorder.recordInvalidation("catalogue", 600, 1_000);
  });
  const found = wide.findings.find(({ kind }) => kind === "cache/tag-too-wide");
  expect(found?.subject.object).toBe("catalogue");
  expect(found?.savedMsPerHour).toBeCloseTo(600 * 20 * 360);
  expect(reasonOf(advise(READS), "finer tags")).toBe("tags-are-narrow");
});

test("a tier that is left alone, flaps, or is slower than the source is named", () => {
  const open = advise((scenario) => {
    READS(scenario);
    scenario.recorder.tier("redis").recordBreaker("open");
  });
  expect(open.findings.find(({ kind }) => kind === "cache/tier-open")).toMatchObject({
    severity: "high",
    subject: { object: "redis" },
  });

  const flapping = advise(({ recorder }) => {
    const redis = recorder.tier("redis");
    times(3, () => {
      redis.recordBreaker("open");
      redis.recordBreaker("closed");
    });
  });
  expect(flapping.findings).toMatchObject([{ kind: "cache/tier-open", severity: "medium" }]);

  const slow = advise((scenario) => {
    READS(scenario);
    times(200, () => scenario.recorder.tier("redis").recordAnswer(15));
  });
  expect(kindsOf(slow)).toContain("cache/tier-slow");

  const quick = advise((scenario) => {
    READS(scenario);
    times(200, () => scenario.recorder.tier("redis").recordAnswer(1));
  });
  expect(reasonOf(quick, "a faster tier")).toBe("fast-enough");
  expect(reasonOf(quick, "mending the tier")).toBe("tier-answers");
});

test("rules judge the present: what was wrong an hour ago is not told", () => {
  const advice = advise(({ user, clock }) => {
    times(600, () => user.recordMiss());
    times(20, () => {
      clock.nowMs += 180_000;
      user.recordHits(100);
      user.sampleHit("a", 500, 1_000, 32);
    });
  });
  expect(kindsOf(advice)).not.toContain("cache/never-hit");
});

test("findings have stable ids and come by what they would save", () => {
  const play = (scenario: Scenario): void => {
    READS(scenario);
    times(100, () => scenario.user.recordReload(true));
    scenario.recorder.recordInvalidation("catalogue", 600, 1_000);
  };
  const [one, other] = [advise(play), advise(play)];
  expect(one.findings.map(({ id }) => id)).toEqual(other.findings.map(({ id }) => id));
  const saved = one.findings.map(({ savedMsPerHour }) => savedMsPerHour);
  expect(saved).toEqual(saved.toSorted((a, b) => b - a));
});

test("a namespace that nobody reads is not judged", () => {
  const { findings, declined } = advise(() => {});
  expect(findings).toEqual([]);
  expect(declined.filter(({ reason }) => reason === "no-traffic").length).toBeGreaterThan(3);
});
