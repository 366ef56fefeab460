import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Random, seededRandom } from "@streamgate/core";

const ROOT = join(import.meta.dirname, "..", "..");
const HALF_HOUR_MS = 30 * 60_000;
const LEAST_DAYS = 9;

/** A series in equal steps, of which whole days are foretold. */
export interface DailySeries {
  readonly name: string;
  readonly kind: "recorded" | "disk" | "memory" | "connections" | "load";
  readonly values: readonly number[];
  readonly stepsADay: number;
}

/** All series of the NAB corpus that last nine days or more, as means of half hours or hours. */
export function recordedSeries(tell: (line: string) => void): readonly DailySeries[] {
  const data = process.env.STREAMGATE_DATA ?? join(ROOT, "../shared/data");
  const folder = join(data, "nab-half", "data");
  if (!existsSync(folder)) {
    tell(
      `no recorded series at ${folder} (STREAMGATE_DATA names the folder); generated ones alone`,
    );
    return [];
  }
  return readdirSync(folder).flatMap((group) =>
    readdirSync(join(folder, group)).flatMap((file) => {
      const series = halfHours(readFileSync(join(folder, group, file), "utf8"));
      if (series.values.length < LEAST_DAYS * series.stepsADay) return [];
      return [{ name: file.replace(".csv", ""), kind: "recorded" as const, ...series }];
    }),
  );
}

function halfHours(csv: string): {
  readonly values: readonly number[];
  readonly stepsADay: number;
} {
  const rows = csv.trim().split("\n").slice(1);
  const points = rows.map((row) => {
    const [at = "", value = ""] = row.split(",");
    return { atMs: Date.parse(`${at.replace(" ", "T")}Z`), value: Number(value) };
  });
  const start = points[0]?.atMs ?? 0;
  const length = Math.floor(((points.at(-1)?.atMs ?? start) - start) / HALF_HOUR_MS) + 1;
  // Series that were read once an hour or less often stay hourly.
  const perStep = points.length < 0.8 * length ? 2 : 1;
  const sums = new Float64Array(Math.ceil(length / perStep));
  const counts = new Float64Array(sums.length);
  for (const { atMs, value } of points) {
    const step = Math.floor((atMs - start) / (HALF_HOUR_MS * perStep));
    sums[step] = (sums[step] ?? 0) + value;
    counts[step] = (counts[step] ?? 0) + 1;
  }
  return {
    values: Array.from(sums, (sum, step) => sum / (counts[step] ?? 0)),
    stepsADay: 48 / perStep,
  };
}

const DAYS = 35;
const STEPS = 48;

/** What an operator asks about, the same for every run. */
export function generatedSeries(each: number): readonly DailySeries[] {
  const random = seededRandom(2026);
  const kinds = { disk, memory, connections, load };
  return (["disk", "memory", "connections", "load"] as const).flatMap((kind) =>
    Array.from({ length: each }, (_, index) => ({
      name: `${kind} ${index + 1}`,
      kind,
      values: kinds[kind](random),
      stepsADay: STEPS,
    })),
  );
}

/** Grows with the day's writes; a nightly batch adds, a clean-up takes away. */
function disk(random: Random): number[] {
  const growth = 0.02 + 0.1 * random.next();
  const batch = 2 * random.next();
  let used = 50 + 100 * random.next();
  return days((step) => {
    used += growth * rhythm(step) * (0.6 + 0.8 * random.next());
    if (step % STEPS === 6) used += batch * (1 + 0.1 * gaussian(random));
    if (step % STEPS === 10) used -= 0.8 * batch * (1 + 0.1 * gaussian(random));
    return used;
  });
}

/** Follows the load, with a slow growth and what a restart gives back. */
function memory(random: Random): number[] {
  const leak = random.next() < 0.5 ? 0.02 * random.next() : 0;
  let deviation = 0;
  return days((step) => {
    deviation = 0.9 * deviation + gaussian(random);
    return 400 + leak * step + 60 * rhythm(step) + 3 * deviation;
  });
}

function connections(random: Random): number[] {
  let deviation = 0;
  return days((step) => {
    deviation = 0.6 * deviation + gaussian(random);
    return Math.max(0, Math.round(20 + 30 * rhythm(step) + 2 * deviation));
  });
}

function load(random: Random): number[] {
  const weekend = 0.5 + 0.5 * random.next();
  let deviation = 0;
  return days((step) => {
    deviation = 0.8 * deviation + 0.05 * gaussian(random);
    const share = Math.floor(step / STEPS) % 7 >= 5 ? weekend : 1;
    return 200 * share * rhythm(step) * Math.exp(deviation);
  });
}

/** Around 1 over a day, most in the afternoon. */
function rhythm(step: number): number {
  return 1 + 0.7 * Math.sin((2 * Math.PI * ((step % STEPS) - 18)) / STEPS);
}

function days(value: (step: number) => number): number[] {
  return Array.from({ length: DAYS * STEPS }, (_, step) => value(step));
}

function gaussian(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}
