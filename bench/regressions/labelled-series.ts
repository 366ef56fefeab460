import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Random, seededRandom } from "@streamgate/core";

const ROOT = join(import.meta.dirname, "..", "..");

/** A series of measurements of one benchmark, with what a person said of it. */
export interface LabelledSeries {
  readonly name: string;
  readonly values: readonly number[];
  /** The build of each measurement. */
  readonly builds: readonly number[];
  /** Index of the first value after the regression; undefined for a series without. */
  readonly regressionAt: number | undefined;
}

/** The small SAP HANA set (CC BY 4.0); empty where it is not there. */
export function recordedSeries(tell: (line: string) => void): readonly LabelledSeries[] {
  const data = process.env.STREAMGATE_DATA ?? join(ROOT, "../shared/data");
  const folder = join(data, "regressions", "hana-small-2021");
  if (!existsSync(folder)) {
    tell(
      `no recorded series at ${folder} (STREAMGATE_DATA names the folder); generated ones alone`,
    );
    return [];
  }
  return linesOf(join(folder, "metadata", "dataset_details.csv")).map((line) => {
    const [type = "", file = "", last = "0"] = line.split(";");
    const rows = linesOf(join(folder, "data", file)).map((row) => row.split(",").map(Number));
    return {
      name: `${file} (${type.trim().toLowerCase()})`,
      values: rows.map(([, , value = Number.NaN]) => value),
      builds: rows.map(([, build = 0]) => build),
      // The label is the last index, counted from 1, without the regression.
      regressionAt: type.toLowerCase().startsWith("regression") ? Number(last) : undefined,
    };
  });
}

/** Healthy and worsened series of many shapes, the same for every run. */
export function generatedSeries(count: number): readonly LabelledSeries[] {
  const random = seededRandom(2021);
  return Array.from({ length: count }, (_, index) => generate(random, index));
}

function generate(random: Random, index: number): LabelledSeries {
  const size = 80 + random.integer(300);
  const isWorsened = index % 2 === 0;
  const at = Math.floor(size * (0.2 + 0.6 * random.next()));
  const spread = 0.005 + 0.02 * random.next();
  const effect = 0.06 + 4 * spread + 0.3 * random.next() ** 3;
  const spikes = random.next() < 0.4 ? 0.05 : 0;
  const buildSpread = random.next() < 0.3 ? spread : 0;
  const builds: number[] = [];
  const values: number[] = [];
  let build = 1;
  let level = 0;
  for (let position = 0; position < size; position += 1) {
    if (random.next() < 0.3) {
      build += 1;
      level = buildSpread * gaussian(random);
    }
    const worse = isWorsened && position >= at ? effect : 0;
    const spike = random.next() < spikes ? random.next() : 0;
    builds.push(build);
    values.push(100 * (1 + worse) * (1 + spread * gaussian(random) + level + spike));
  }
  const name = `generated ${index + 1}`;
  return { name, values, builds, regressionAt: isWorsened ? at : undefined };
}

function gaussian(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}

function linesOf(path: string): readonly string[] {
  return readFileSync(path, "utf8").trim().split("\n").slice(1);
}
