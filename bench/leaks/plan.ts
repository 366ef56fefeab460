import { readdir } from "node:fs/promises";
import { seededRandom } from "@streamgate/core";

/** One run of one program. */
export interface PlannedRun {
  readonly name: string;
  readonly seed: number;
  readonly leaks: boolean;
  /** Flags of Node: small heaps, so that what takes hours in a service takes a minute here. */
  readonly flags: readonly string[];
}

/** The detector was made by looking at runs with seeds below 1,000; the figure is of these. */
export const HELD_OUT_SEED = 5000;
const HEALTHY_RUNS = 6;
const LEAKING_RUNS = 1;
const SUBJECTS = `${import.meta.dirname}/subjects`;

/** Every leaking program once and every healthy one six times, each time with other rates, sizes and rhythms, in mixed order. */
export async function planRuns(firstSeed: number): Promise<readonly PlannedRun[]> {
  const random = seededRandom(firstSeed);
  const files = (await readdir(SUBJECTS)).filter((file) => file.endsWith(".ts")).sort();
  const runs = files.flatMap((file) => {
    const name = file.slice(0, -".ts".length);
    const leaks = name.startsWith("leaking-");
    return Array.from({ length: leaks ? LEAKING_RUNS : HEALTHY_RUNS }, (_, index) => ({
      name,
      leaks,
      seed: firstSeed + index * 97 + name.length,
      flags: ["--max-old-space-size=192", `--max-semi-space-size=${random.pick([1, 1, 2])}`],
    }));
  });
  return random.shuffle(runs);
}
