import type { Subject } from "../subject.ts";
import { fill } from "./fill.ts";

declare const gc: () => void;

const SERIES = 50_000;
/** Made before, so that compiled code and the like are not counted to the series. */
const EARLIER_SERIES = 10_000;

/** Bytes that a series takes of the heap and of typed arrays together. */
export async function measureMemory(
  subject: Subject,
): Promise<{ readonly bytesPerSeries: number }> {
  fill(subject, EARLIER_SERIES);
  await subject.scrape();
  const before = await usedBytes();
  fill(subject, SERIES);
  const after = await usedBytes();
  // The subject is used again, so that nothing of it was collected.
  if ((await subject.scrape()) === 0) throw new Error("nothing was kept");
  return { bytesPerSeries: (after - before) / (SERIES - EARLIER_SERIES) };
}

async function usedBytes(): Promise<number> {
  for (let round = 0; round < 3; round += 1) {
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
