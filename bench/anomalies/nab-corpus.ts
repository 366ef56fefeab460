import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..", "..");

/** One file of the Numenta Anomaly Benchmark. */
export interface NabSeries {
  /** `realTweets/Twitter_volume_IBM.csv`. */
  readonly name: string;
  readonly category: string;
  readonly atMs: readonly number[];
  readonly values: readonly number[];
  readonly windows: readonly NabWindow[];
}

/** Where a detection counts: indices of the first and the last point, both within. */
interface NabWindow {
  readonly first: number;
  readonly last: number;
}

/** The half of NAB in the data folder; empty where it is missing, and `tell` hears of it. */
export function readNab(tell: (line: string) => void): readonly NabSeries[] {
  const folder = join(process.env.STREAMGATE_DATA ?? join(ROOT, "../shared/data"), "nab-half");
  const labels = join(folder, "combined_windows.json");
  if (!existsSync(labels)) {
    tell(`no labels ${labels}: going on without NAB`);
    return [];
  }
  const windows = JSON.parse(readFileSync(labels, "utf8")) as Record<string, [string, string][]>;
  return Object.entries(windows)
    .filter(([name]) => existsSync(join(folder, "data", name)))
    .map(([name, limits]) => readSeries(join(folder, "data"), name, limits))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

function readSeries(
  folder: string,
  name: string,
  limits: readonly (readonly [string, string])[],
): NabSeries {
  const rows = readFileSync(join(folder, name), "utf8").trim().split(/\r?\n/).slice(1);
  const atMs: number[] = [];
  const values: number[] = [];
  for (const row of rows) {
    const [time = "", value = ""] = row.split(",");
    atMs.push(instantOf(time));
    values.push(Number(value));
  }
  return {
    name,
    category: name.slice(0, name.indexOf("/")),
    atMs,
    values,
    windows: limits.map(([first, last]) => ({
      first: atMs.indexOf(instantOf(first)),
      last: atMs.indexOf(instantOf(last)),
    })),
  };
}

/** NAB writes local time without a zone: read as UTC, so that no day has 23 hours. */
function instantOf(time: string): number {
  return Date.parse(`${time.slice(0, 19).replace(" ", "T")}Z`);
}
