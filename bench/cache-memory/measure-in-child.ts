import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** What a child does and tells the memory that it took for it. */
export interface MemoryTask {
  readonly task: "fill" | "overhead";
  /** A kind of values, or who keeps them. */
  readonly kind: string;
  /** The bound in bytes, or how many entries. */
  readonly amount: number;
}

const REPEATS = 3;

/** Bytes that a process of its own, with nothing else in its heap, took for the task; the median of some. */
export async function measureInChild({ task, kind, amount }: MemoryTask): Promise<number> {
  const found: number[] = [];
  for (let count = 0; count < REPEATS; count += 1) {
    const { stdout } = await promisify(execFile)(process.execPath, [
      "--expose-gc",
      "--max-old-space-size=2048",
      "--conditions=source",
      "--import",
      "tsx",
      join(import.meta.dirname, "child-process.ts"),
      task,
      kind,
      String(amount),
    ]);
    found.push(Number(stdout.trim()));
  }
  return found.toSorted((a, b) => a - b)[1] ?? Number.NaN;
}
