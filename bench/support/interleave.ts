import type { BenchRow } from "../contract.ts";
import { bestOf, medianOf } from "./cost.ts";

/** Somebody who does the work once. */
export interface Contender {
  readonly subject: string;
  /** Operations that one call of `run` makes. */
  readonly operations: number;
  run(): number | Promise<number>;
}

export interface InterleaveOptions {
  readonly metric: string;
  readonly rounds: number;
  /** The subject whose median the ratios are of. */
  readonly against: string;
}

/** CPU nanoseconds an operation of each contender, in turns, after a turn to warm up; a ratio below 1 is cheaper. */
export async function interleave(
  contenders: readonly Contender[],
  { metric, rounds, against }: InterleaveOptions,
): Promise<readonly BenchRow[]> {
  const measured = new Map(contenders.map(({ subject }) => [subject, [] as number[]]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const contender of contenders) {
      const before = process.cpuUsage();
      const sum = await contender.run();
      const { user, system } = process.cpuUsage(before);
      if (sum < contender.operations) throw new Error(`${contender.subject} missed`);
      const isWarmUp = round === 0;
      if (isWarmUp) continue;
      measured.get(contender.subject)?.push(((user + system) * 1_000) / contender.operations);
    }
  }
  const base = medianOf(measured.get(against) ?? []);
  return contenders.map(({ subject }) => {
    const values = measured.get(subject) ?? [];
    const median = medianOf(values);
    return { subject, metric, unit: "ns CPU", median, best: bestOf(values), ratio: median / base };
  });
}
