import { cpuMsOfProcessTree } from "./process-cpu.ts";

/** What some work cost, servers below this process included. */
export interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

export async function measureCost(work: () => Promise<void>): Promise<Cost> {
  const cpuBefore = await cpuMsOfProcessTree();
  const started = performance.now();
  await work();
  return {
    wallMs: performance.now() - started,
    cpuMs: (await cpuMsOfProcessTree()) - cpuBefore,
  };
}

export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const [low, high] = [sorted[Math.floor(middle)], sorted[Math.ceil(middle)]];
  return low === undefined || high === undefined ? Number.NaN : (low + high) / 2;
}

export function bestOf(values: readonly number[]): number {
  return Math.min(...values);
}
