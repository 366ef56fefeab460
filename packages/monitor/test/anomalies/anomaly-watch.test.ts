import { seededRandom } from "@streamgate/core";
import { type AnomalyWatchState, createAnomalyWatch, type SeriesPoint } from "@streamgate/monitor";
import { histogramOf } from "@streamgate/telemetry";
import { describe, expect, test } from "vitest";

const SECOND_MS = 1000;
const STEP_MS = 10 * SECOND_MS;
const START_MS = Date.UTC(2025, 0, 6);

const gauge = (name: string, atMs: number, value: number, labels = {}): SeriesPoint => ({
  key: { name, labels },
  point: {
    kind: "gauge",
    atMs,
    spanMs: SECOND_MS,
    min: value,
    max: value,
    sum: value,
    count: 1,
    last: value,
  },
});

const counter = (
  name: string,
  atMs: number,
  increase: number,
  spanMs = SECOND_MS,
): SeriesPoint => ({
  key: { name, labels: {} },
  point: { kind: "counter", atMs, spanMs, increase },
});

const histogram = (name: string, atMs: number, values: readonly number[]): SeriesPoint => ({
  key: { name, labels: {} },
  point: { kind: "histogram", atMs, spanMs: SECOND_MS, data: histogramOf(values) },
});

const all = (name: string) => ({ of: { name, where: [] } });

/** One point a second. */
function seconds(
  count: number,
  make: (atMs: number, second: number) => SeriesPoint,
): SeriesPoint[] {
  return Array.from({ length: count }, (_, second) =>
    make(START_MS + (second + 1) * SECOND_MS, second),
  );
}

describe("a watch over series", () => {
  test("reads a gauge by its mean, last or greatest value of ten seconds", () => {
    for (const [read, wanted] of [
      ["mean", 5.5],
      ["last", 10],
      ["max", 10],
    ] as const) {
      const watch = createAnomalyWatch({ series: [{ ...all("heap"), gauge: read }] });
      watch.feed(seconds(11, (atMs, second) => gauge("heap", atMs, (second % 10) + 1)));
      expect(watch.verdicts()).toMatchObject([{ value: wanted, atMs: START_MS + STEP_MS }]);
    }
  });

  test("reads a counter by its rate, however long its intervals are", () => {
    const watch = createAnomalyWatch({ series: [all("requests")] });
    watch.feed([
      counter("requests", START_MS + 4000, 40, 4000),
      counter("requests", START_MS + 10_000, 20, 6000),
      counter("requests", START_MS + 11_000, 1),
    ]);
    expect(watch.verdicts()).toMatchObject([{ value: 6 }]);
  });

  test("reads a histogram by a quantile of all its values, and not where there are too few", () => {
    const watch = createAnomalyWatch({
      series: [{ ...all("duration"), quantile: 0.5, leastEvents: 4 }],
    });
    watch.feed([
      histogram("duration", START_MS + 1000, [1, 1]),
      histogram("duration", START_MS + 2000, [1, 8]),
      histogram("duration", START_MS + 11_000, [100]),
      histogram("duration", START_MS + 21_000, [1]),
    ]);
    const [verdict] = watch.verdicts();
    expect(verdict?.atMs).toBe(START_MS + STEP_MS);
    expect(verdict?.value).toBeCloseTo(1, 1);
  });

  test("watches what is selected and nothing else", () => {
    const watch = createAnomalyWatch({
      series: [{ of: { name: "heap", where: [{ label: "service", is: "api" }] } }],
    });
    watch.feed([
      gauge("heap", START_MS, 1, { service: "api" }),
      gauge("heap", START_MS, 1, { service: "batch" }),
      gauge("other", START_MS, 1, { service: "api" }),
    ]);
    expect(watch.counts().series).toBe(1);
  });

  test("tells an anomaly with its value, what was expected and since when, and when it is over", () => {
    const random = seededRandom(1);
    const watch = createAnomalyWatch({ series: [all("latency"), all("quiet")] });
    const day = 8640;
    let atMs = START_MS;
    const feed = (level: number, steps: number): void => {
      for (let step = 0; step < steps; step += 1) {
        atMs += STEP_MS;
        watch.feed([gauge("latency", atMs, level + random.next()), gauge("quiet", atMs, 1)]);
      }
    };
    feed(10, day / 2);
    expect(watch.verdicts().filter(({ isAnomalous }) => isAnomalous)).toEqual([]);
    const sinceMs = atMs + STEP_MS;
    feed(30, 10);
    const [first, second] = watch.verdicts();
    expect(first).toMatchObject({ key: { name: "latency" }, isAnomalous: true, sinceMs });
    expect(first?.value).toBeGreaterThan(first?.expected.high ?? Number.NaN);
    expect(second).toMatchObject({
      key: { name: "quiet" },
      isAnomalous: false,
      sinceMs: undefined,
    });
    feed(10, 40);
    expect(watch.verdicts().some(({ isAnomalous }) => isAnomalous)).toBe(false);
  });

  test("a series that fell silent has no verdict", () => {
    const watch = createAnomalyWatch({ series: [all("a"), all("b")] });
    watch.feed(seconds(60, (atMs) => gauge("a", atMs, 1)));
    watch.feed(seconds(600, (atMs) => gauge("b", atMs, 1)));
    expect(watch.verdicts().map(({ key }) => key.name)).toEqual(["b"]);
  });

  test("a flood of new series is refused while those watched still speak", () => {
    const watch = createAnomalyWatch({ series: [all("requests")], maxSeries: 3 });
    for (let second = 0; second < 40; second += 1) {
      const atMs = START_MS + second * SECOND_MS;
      for (const path of ["a", "b", "c", `flood-${second}`])
        watch.feed([gauge("requests", atMs, 1, { path })]);
    }
    expect(watch.counts()).toEqual({ series: 3, evicted: 0, refused: 40 });
    expect(new Set(watch.verdicts().map(({ key }) => key.labels.path))).toEqual(
      new Set(["a", "b", "c"]),
    );
  });

  test("a new series takes the room of the one that is silent longest", () => {
    const watch = createAnomalyWatch({ series: [all("requests")], maxSeries: 2 });
    watch.feed([gauge("requests", START_MS, 1, { pod: "old" })]);
    for (let second = 0; second < 600; second += 1)
      watch.feed([gauge("requests", START_MS + second * SECOND_MS, 1, { pod: "stays" })]);
    watch.feed([gauge("requests", START_MS + 600_000, 1, { pod: "new" })]);
    expect(watch.counts()).toEqual({ series: 2, evicted: 1, refused: 0 });
    expect(watch.state().series.map(({ key }) => key.labels.pod)).toEqual(["stays", "new"]);
  });

  test("restored after a restart, it goes on as the one that was not restarted", () => {
    const random = seededRandom(2);
    const options = { series: [all("latency")] };
    const whole = createAnomalyWatch(options);
    let parts = createAnomalyWatch(options);
    for (let step = 1; step <= 2000; step += 1) {
      const points = [gauge("latency", START_MS + step * STEP_MS, 5 + random.next())];
      whole.feed(points);
      parts.feed(points);
      if (step === 1500)
        parts = createAnomalyWatch(
          options,
          JSON.parse(JSON.stringify(parts.state())) as AnomalyWatchState,
        );
    }
    const spike = [1, 2].map((more) => gauge("latency", START_MS + (2000 + more) * STEP_MS, 60));
    whole.feed(spike);
    parts.feed(spike);
    expect(whole.verdicts()[0]?.isAnomalous).toBe(true);
    expect(parts.verdicts()[0]?.isAnomalous).toBe(true);
  });

  test("a saved state that is damaged is learnt anew, and the others are kept", () => {
    const options = { series: [all("a"), all("b")] };
    const watch = createAnomalyWatch(options);
    watch.feed([gauge("a", START_MS, 1), gauge("b", START_MS, 1)]);
    const saved = JSON.parse(JSON.stringify(watch.state())) as {
      version: 1;
      series: {
        key: { name: string; labels: Record<string, string> };
        detector: { version: 1; doubles: string; floats: string };
      }[];
    };
    const [first] = saved.series;
    if (first !== undefined) first.detector.doubles = "AAAA";
    expect(createAnomalyWatch(options, saved).counts().series).toBe(2);
  });

  test("late points of a closed step are left out; a clock set back is followed", () => {
    const watch = createAnomalyWatch({ series: [all("heap")] });
    watch.feed(seconds(3600, (atMs) => gauge("heap", atMs, 1)));
    watch.feed([gauge("heap", START_MS + 5000, 1e9)]);
    expect(watch.verdicts()[0]?.value).toBe(1);
    const backMs = START_MS + 600_000;
    for (let second = 0; second < 300; second += 1)
      watch.feed([gauge("heap", backMs + second * SECOND_MS, 2)]);
    expect(watch.state().series).toHaveLength(1);
    for (let second = 0; second < 3600; second += 1)
      watch.feed([gauge("heap", backMs + (300 + second) * SECOND_MS, 2)]);
    expect(watch.verdicts()[0]).toMatchObject({ value: 2 });
  });

  test("an option that cannot be is named with its value", () => {
    const of = { name: "a", where: [] };
    for (const bad of [
      { stepMs: 10 },
      { stepMs: Number.NaN },
      { maxSeries: 0 },
      { series: [{ of, quantile: 2 }] },
      { series: [{ of, leastEvents: 0 }] },
    ])
      expect(() => createAnomalyWatch({ series: [{ of }], ...bad })).toThrow(
        expect.objectContaining({ code: "SG_MONITOR_BAD_ANOMALY_WATCH_OPTION" }),
      );
    expect(() => createAnomalyWatch({ series: [], detector: { falseAlarmsPerDay: -1 } })).toThrow(
      "falseAlarmsPerDay",
    );
  });
});
