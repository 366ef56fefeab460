/** One figure of a bench. */
export interface BenchRow {
  /** What was measured: the project, or a rival. */
  readonly subject: string;
  readonly metric: string;
  readonly unit: string;
  readonly median: number;
  readonly best: number;
  /** The median as a multiple of that of the subject that the metric is compared with, which has 1. */
  readonly ratio: number;
}

/** Whether the bench's goal was reached. */
export interface BenchVerdict {
  readonly goal: string;
  readonly value: string;
  readonly met: boolean;
}

/** What a bench finds out. */
export interface Measurement {
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: readonly BenchRow[];
  readonly verdict: BenchVerdict;
}

/** What `--json` prints last. */
export interface BenchResult extends Measurement {
  readonly name: string;
  readonly question: string;
}

/** What every file of this folder exports; its first line is a comment that asks the question. */
export interface Bench {
  /** `tell` prints a line for whoever waits. */
  measure(tell: (line: string) => void): Promise<Measurement>;
}
