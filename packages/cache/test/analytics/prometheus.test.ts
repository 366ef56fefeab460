import { expect, test } from "vitest";
import { openMetricsText } from "../../src/analytics/open-metrics.ts";
import { prometheusText } from "../../src/analytics/prometheus.ts";
import { StatisticsRecorder } from "../../src/analytics/recorder.ts";
import { ManualClock } from "../bloom/manual-clock.ts";

const NAME = "[a-z][a-z0-9_]*";
const SAMPLE = new RegExp(
  `^(${NAME})(\\{${NAME}="(?:[^"\\\\\\n]|\\\\[\\\\"n])*"(?:,${NAME}="(?:[^"\\\\\\n]|\\\\[\\\\"n])*")*\\})? (-?[0-9.e+-]+|NaN|[+-]Inf)$`,
);
const META = new RegExp(`^# (TYPE|UNIT|HELP) (${NAME}) (.+)$`);

function exposition(): string {
  const recorder = new StatisticsRecorder({ clock: new ManualClock() });
  const user = recorder.namespace("user");
  user.recordHits(96);
  user.recordMiss();
  user.recordTierHit("redis", 512);
  user.recordLoad("loaded", 250);
  user.recordEviction("expired", 10, 0);
  recorder.tier("redis").recordAnswer(2);
  recorder.tier("redis").recordBreaker("open");
  recorder.namespace('odd "name"\\\n').recordHits(1);
  return prometheusText(
    recorder.statistics({
      memory: { entries: 1, sizeBytes: 64, maxEntries: 10, maxBytes: Number.POSITIVE_INFINITY },
      namespaces: new Map([["user", { ttlMs: 1, entries: 1, sizeBytes: 64, isWarmable: false }]]),
    }),
  );
}

test("every line follows the format, each family is declared once and before its samples", () => {
  const lines = exposition().split("\n");
  expect(lines.slice(-2)).toEqual(["# EOF", ""]);
  const types = new Map<string, string>();
  let current = "";
  for (const line of lines.slice(0, -2)) {
    const [, what, family = "", value = ""] = META.exec(line) ?? [];
    if (what === "TYPE") {
      expect(types.has(family)).toBe(false);
      types.set(family, value);
      current = family;
    } else if (what === "UNIT") {
      expect(family.endsWith(`_${value}`)).toBe(true);
    } else if (what === undefined) {
      const [, name = ""] = SAMPLE.exec(line) ?? [];
      const suffixes = { counter: ["_total"], gauge: [""], summary: ["", "_sum", "_count"] };
      const allowed = suffixes[types.get(current) as keyof typeof suffixes];
      expect(
        allowed.map((suffix) => current + suffix),
        line,
      ).toContain(name);
    }
  }
  expect(types.size).toBeGreaterThan(15);
});

test("no two samples have the same name and labels", () => {
  const samples = exposition()
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.slice(0, line.lastIndexOf(" ")));
  expect(new Set(samples).size).toBe(samples.length);
});

test("figures stand under their names with namespace, tier and cause", () => {
  const lines = exposition().split("\n");
  for (const line of [
    'streamgate_cache_hits_total{namespace="user",tier="memory"} 96',
    'streamgate_cache_hits_total{namespace="user",tier="redis"} 1',
    'streamgate_cache_evictions_total{namespace="user",cause="expired"} 1',
    'streamgate_cache_load_seconds_sum{namespace="user"} 0.25',
    'streamgate_cache_size_bytes{namespace="user",tier="memory"} 64',
    'streamgate_cache_limit_bytes{tier="memory"} +Inf',
    'streamgate_cache_breaker_state{tier="redis",state="open"} 1',
    'streamgate_cache_lookups_total{namespace="odd \\"name\\"\\\\\\n"} 1',
  ]) {
    expect(lines).toContain(line);
  }
});

test("a cache without namespaces gives a text that is whole", () => {
  expect(openMetricsText([])).toBe("# EOF\n");
});
