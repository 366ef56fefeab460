// What do a recorded value, a series and a scrape cost, against prom-client and the OpenTelemetry SDK?
import type { Bench, BenchRow } from "./contract.ts";
import { checkWithPromtool } from "./instruments/check-with-promtool.ts";
import { runSubject, SUBJECTS, type SubjectName } from "./instruments/run-subject.ts";
import { bestOf, medianOf } from "./support/cost.ts";
import { libraryVersions } from "./support/versions.ts";

const ROUNDS = 3;
const TASKS = ["recording", "garbage", "memory", "scrape"] as const;

const METRICS = {
  boundNs: { metric: "record into a bound series", unit: "ns CPU", most: 15 },
  boundBytes: { metric: "garbage of it", unit: "bytes", most: 0.5 },
  labelsNs: { metric: "record by labels, of 1,000 series", unit: "ns CPU", most: 100 },
  labelsBytes: { metric: "garbage of it by labels", unit: "bytes", most: undefined },
  bytesPerSeries: { metric: "memory a series of 20 values", unit: "bytes", most: 300 },
  stallMs: { metric: "longest stall by a scrape of 10,000", unit: "ms", most: 5 },
  wallStallMs: { metric: "the same by the clock", unit: "ms", most: undefined },
  cpuMs: { metric: "whole scrape", unit: "ms CPU", most: undefined },
} as const;
type Figure = keyof typeof METRICS;
const FIGURES: readonly Figure[] = [
  "boundNs",
  "boundBytes",
  "labelsNs",
  "labelsBytes",
  "bytesPerSeries",
  "stallMs",
  "wallStallMs",
  "cpuMs",
];

type Figures = Readonly<Record<string, number>>;

export const bench: Bench = {
  async measure(tell) {
    const found = new Map<SubjectName, Figures[]>(SUBJECTS.map((subject) => [subject, []]));
    for (let round = 1; round <= ROUNDS; round += 1) {
      for (const task of TASKS) {
        tell(`round ${round} of ${ROUNDS}: ${task}`);
        for (const subject of SUBJECTS) found.get(subject)?.push(await runSubject(subject, task));
      }
    }
    tell("promtool");
    const objection = await checkWithPromtool();
    const rows = FIGURES.flatMap((figure) => rowsOf(figure, found));
    return {
      versions: await libraryVersions([
        "prom-client",
        "@opentelemetry/sdk-metrics",
        "@opentelemetry/exporter-prometheus",
      ]),
      rows,
      verdict: {
        goal: "bound ≤ 15 ns and 0 bytes, by labels ≤ 100 ns, no stall > 5 ms at 10,000 histograms, ≤ 300 bytes a sparse series, accepted by promtool",
        value: `${ours(rows)}; promtool: ${objection === "" ? "accepted" : objection.slice(0, 200)}`,
        met: objection === "" && FIGURES.every((figure) => isMet(figure, rows)),
      },
    };
  },
};

function rowsOf(figure: Figure, found: ReadonlyMap<SubjectName, readonly Figures[]>): BenchRow[] {
  const { metric, unit } = METRICS[figure];
  const valuesOf = (subject: SubjectName): number[] =>
    (found.get(subject) ?? []).flatMap((figures) => figures[figure] ?? []);
  // Garbage of nothing cannot be what the others are multiples of.
  const base = Math.max(1, medianOf(valuesOf("streamgate")));
  return SUBJECTS.map((subject) => {
    const values = valuesOf(subject);
    const median = medianOf(values);
    return { subject, metric, unit, median, best: bestOf(values), ratio: median / base };
  });
}

function ours(rows: readonly BenchRow[]): string {
  return FIGURES.filter((figure) => METRICS[figure].most !== undefined)
    .map(
      (figure) =>
        `${METRICS[figure].metric} ${medianIn(rows, figure).toFixed(1)} ${METRICS[figure].unit}`,
    )
    .join(", ");
}

function isMet(figure: Figure, rows: readonly BenchRow[]): boolean {
  const { most } = METRICS[figure];
  return most === undefined || medianIn(rows, figure) <= most;
}

function medianIn(rows: readonly BenchRow[], figure: Figure): number {
  const row = rows.find(
    ({ subject, metric }) => subject === "streamgate" && metric === METRICS[figure].metric,
  );
  return row?.median ?? Number.NaN;
}
