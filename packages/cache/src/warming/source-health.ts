/** Loads that are looked back at. */
const LOOK_BACK = 20;
const SLOWER_FACTOR = 3;
/** A slowdown of less is noise, whatever the factor. */
const SLOWER_BY_MS = 20;
const FAILED_SHARE = 0.2;
/** So many failures without a success between them need no more proof. */
const FAILED_IN_A_ROW = 5;

/** Why a warm-up should let its source rest. */
export type Suffering = "slower" | "failing";

interface Load {
  readonly tookMs: number;
  readonly hasFailed: boolean;
}

/**
 * Judges from the loads of a warm-up whether the source suffers under it: the median of the last 20 loads against that of
 * the first 20, the share of them that failed, and failures in a row.
 */
export class SourceHealth {
  private readonly first: number[] = [];
  private readonly last: Load[] = [];
  private failuresInARow = 0;

  record(tookMs: number, hasFailed: boolean): void {
    if (!hasFailed && this.first.length < LOOK_BACK) this.first.push(tookMs);
    this.last.push({ tookMs, hasFailed });
    if (this.last.length > LOOK_BACK) this.last.shift();
    this.failuresInARow = hasFailed ? this.failuresInARow + 1 : 0;
  }

  get suffering(): Suffering | undefined {
    if (this.failuresInARow >= FAILED_IN_A_ROW) return "failing";
    if (this.last.length < LOOK_BACK) return undefined;
    const failed = this.last.filter(({ hasFailed }) => hasFailed).length;
    if (failed > LOOK_BACK * FAILED_SHARE) return "failing";
    if (this.first.length < LOOK_BACK) return undefined;
    const before = median(this.first);
    const now = median(this.last.map(({ tookMs }) => tookMs));
    return now > before * SLOWER_FACTOR && now > before + SLOWER_BY_MS ? "slower" : undefined;
  }

  /** After a rest the last loads say nothing any more. */
  forgetLast(): void {
    this.last.length = 0;
    this.failuresInARow = 0;
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
