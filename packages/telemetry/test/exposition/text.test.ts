import {
  createRegistry,
  type ExpositionFormat,
  LONGEST_LABEL_VALUE,
  type Registry,
} from "@streamgate/telemetry";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkMetrics } from "../../../../test/support/promtool.ts";
import { keyOf, parseText } from "./parse-text.ts";
import { readAll } from "./read-all.ts";

const FORMATS: readonly ExpositionFormat[] = ["prometheus", "openmetrics"];
const START_MS = 1_700_000_000_250;
const clock = {
  now: () => new Date(START_MS),
  monotonicMs: () => 0,
  sleep: () => Promise.resolve(),
};

function smallRegistry(): Registry {
  const registry = createRegistry({ clock });
  registry
    .counter({ name: "jobs", help: 'Jobs "done" \\ or\nnot.', labelNames: ["kind"] })
    .with("mail")
    .add(3);
  registry.gauge({ name: "room_bytes", help: "Room.", unit: "bytes" }).with().set(-1.5e30);
  const sizes = registry
    .histogram({
      name: "wait_seconds",
      help: "Wait.",
      unit: "seconds",
      labelNames: ["pool"],
      boundaries: [0.5, 1, 4],
    })
    .with("main");
  for (const value of [0.25, 0.5, 0.75, 1, 2, 100]) sizes.record(value);
  return registry;
}

test("the Prometheus text is as its description has it", async () => {
  expect(await readAll(smallRegistry())).toBe(`# HELP jobs_total Jobs "done" \\\\ or\\nnot.
# TYPE jobs_total counter
jobs_total{kind="mail"} 3
# HELP room_bytes Room.
# TYPE room_bytes gauge
room_bytes -1.5e+30
# HELP wait_seconds Wait.
# TYPE wait_seconds histogram
wait_seconds_bucket{pool="main",le="0.5"} 2
wait_seconds_bucket{pool="main",le="1"} 4
wait_seconds_bucket{pool="main",le="4"} 5
wait_seconds_bucket{pool="main",le="+Inf"} 6
wait_seconds_sum{pool="main"} 104.5
wait_seconds_count{pool="main"} 6
`);
});

test("the OpenMetrics text has units, times of beginning and an end", async () => {
  expect(
    await readAll(smallRegistry(), { format: "openmetrics" }),
  ).toBe(`# HELP jobs Jobs \\"done\\" \\\\ or\\nnot.
# TYPE jobs counter
jobs_total{kind="mail"} 3
jobs_created{kind="mail"} 1700000000.25
# HELP room_bytes Room.
# TYPE room_bytes gauge
# UNIT room_bytes bytes
room_bytes -1.5e+30
# HELP wait_seconds Wait.
# TYPE wait_seconds histogram
# UNIT wait_seconds seconds
wait_seconds_bucket{pool="main",le="0.5"} 2
wait_seconds_bucket{pool="main",le="1.0"} 4
wait_seconds_bucket{pool="main",le="4.0"} 5
wait_seconds_bucket{pool="main",le="+Inf"} 6
wait_seconds_sum{pool="main"} 104.5
wait_seconds_count{pool="main"} 6
wait_seconds_created{pool="main"} 1700000000.25
# EOF
`);
});

test("a registry without series is an empty text, and an end in OpenMetrics", async () => {
  const registry = createRegistry();
  registry.counter({ name: "jobs", help: "x" });
  expect(await readAll(registry)).toBe("");
  expect(await readAll(registry, { format: "openmetrics" })).toBe("# EOF\n");
});

const hostile = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: fc.constantFrom("\\", '"', "\n", "\r", "{", "}", ",", "=", "\0", "😀", "n") }),
);

test("what is read back is what was recorded, whatever the labels and the help say", async () => {
  const property = fc.asyncProperty(
    fc.constantFrom(...FORMATS),
    hostile,
    fc.uniqueArray(fc.tuple(hostile, hostile), { maxLength: 20, selector: String }),
    fc.array(fc.double({ min: -1, max: 1e4, noNaN: true }), { maxLength: 50 }),
    async (format, help, labels, values) => {
      const registry = createRegistry();
      const labelNames = ["first", "second"] as const;
      const level = registry.gauge({ name: "level", help, labelNames });
      const wait = registry.histogram({ name: "wait", help, labelNames, boundaries: [0, 1, 64] });
      const expected = new Map<string, number>();
      for (const [at, [first, second]] of labels.entries()) {
        const shown = { first, second };
        level.with(first, second).set(values[at] ?? at);
        expected.set(keyOf("level", shown), values[at] ?? at);
        const series = wait.with(first, second);
        for (const value of values) series.record(value);
        const below = (most: number): number => values.filter((each) => each <= most).length;
        for (const [le, most] of Object.entries({
          "0": 2 ** -1022,
          "1": 1,
          "64": 64,
          "+Inf": 1e9,
        })) {
          const spelled = format === "openmetrics" && le !== "+Inf" ? `${le}.0` : le;
          expected.set(keyOf("wait_bucket", { ...shown, le: spelled }), below(most));
        }
        expected.set(keyOf("wait_count", shown), values.length);
        const sum = values.reduce((total, value) => total + value, 0);
        expected.set(keyOf("wait_sum", shown), sum);
      }
      const { samples, helps } = parseText(await readAll(registry, { format }));
      const found = samples.filter(({ name }) => !name.endsWith("_created"));
      expect(new Map(found.map((each) => [keyOf(each.name, each.labels), each.value]))).toEqual(
        expected,
      );
      if (labels.length > 0) expect(helps.get("level")).toBe(help);
    },
  );
  await fc.assert(property, { numRuns: 200 });
});

test("promtool accepts hostile labels and every kind of number", async () => {
  const registry = smallRegistry();
  const level = registry.gauge({ name: "level", help: "A level.", labelNames: ["text"] });
  const texts = [
    "",
    '"\\\n',
    "\0\r\t",
    "😀é",
    "x".repeat(LONGEST_LABEL_VALUE),
    "\ud800",
    "# EOF\n",
  ];
  const numbers = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, 5e-324, 1.7e308, 0.1 + 0.2];
  for (const [at, text] of texts.entries()) level.with(text).set(numbers[at] ?? at);
  expect(await checkMetrics(await readAll(registry))).toBe("");
});

test("boundaries that nobody chose are powers of two, and chosen ones move to the nearest exact one", async () => {
  const registry = createRegistry();
  registry.histogram({ name: "a_seconds", help: "x", unit: "seconds" }).with().record(1);
  registry
    .histogram({ name: "b", help: "x", boundaries: [0.1, 0.1001, 0.3] })
    .with()
    .record(0.2);
  const { samples } = parseText(await readAll(registry));
  const boundariesOf = (name: string): number[] =>
    samples.flatMap((each) => (each.name === `${name}_bucket` ? Number(each.labels.le) : []));
  expect(boundariesOf("a_seconds").slice(0, -1)).toEqual(
    Array.from({ length: 18 }, (_, at) => 2 ** (at - 12)),
  );
  const [tenth = 0, threeTenths = 0] = boundariesOf("b");
  expect(Math.abs(tenth / 0.1 - 1)).toBeLessThan(1 / 64);
  expect(Math.abs(threeTenths / 0.3 - 1)).toBeLessThan(1 / 64);
});

test("an exemplar stands behind the bucket that holds its value, in OpenMetrics alone", async () => {
  const registry = createRegistry({ clock });
  const wait = registry.histogram({ name: "wait", help: "x", boundaries: [1, 4, 16] }).with();
  wait.record(0.5);
  wait.record(2, { trace_id: "early" });
  wait.record(3, { trace_id: 'late"' });
  wait.record(100, { trace_id: "x".repeat(200) });
  wait.record(5, { "not a label": "x" });
  const text = await readAll(registry, { format: "openmetrics" });
  const withExemplar = parseText(text).samples.filter(({ exemplar }) => exemplar !== undefined);
  expect(withExemplar).toEqual([
    {
      name: "wait_bucket",
      labels: { le: "4.0" },
      value: 3,
      exemplar: { labels: { trace_id: 'late"' }, value: 3 },
    },
  ]);
  expect(await readAll(registry)).not.toContain("trace_id");
});

test("a count beyond the exact whole numbers is written whole, not without its first digits", async () => {
  const registry = createRegistry({ clock });
  const series = registry.histogram({ name: "many", help: "x" }).with();
  for (let times = 0; times < 2; times += 1) series.recordMany(1, Number.MAX_SAFE_INTEGER);
  const text = await readAll(registry);
  expect(text).toMatch(/^many_count 18014398509481982$/m);
});
