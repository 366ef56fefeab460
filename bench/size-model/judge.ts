import type { BenchRow } from "../contract.ts";

const CLOSE = 0.1;
const WORST_SHOWN = 10;

/** An index with its real size and what each subject says of it. */
export interface SizedIndex {
  readonly kind: string;
  readonly label: string;
  readonly bytes: number;
  /** Predicted bytes by subject; null where the subject has no answer. */
  readonly predicted: Readonly<Record<string, number | null>>;
}

function ratioOf(index: SizedIndex, subject: string): number | null {
  const predicted = index.predicted[subject] ?? null;
  return predicted === null ? null : predicted / index.bytes;
}

function isClose(index: SizedIndex, subject: string): boolean {
  const ratio = ratioOf(index, subject);
  return ratio !== null && Math.abs(ratio - 1) <= CLOSE;
}

export function closeShare(indexes: readonly SizedIndex[], subject: string): number {
  return indexes.filter((index) => isClose(index, subject)).length / indexes.length;
}

/** For all and for each kind: the share of indexes within ten per cent, and the middle of the ratios. */
export function rowsOf(
  indexes: readonly SizedIndex[],
  subjects: readonly string[],
  ours: string,
): BenchRow[] {
  const kinds = ["all kinds", ...new Set(indexes.map(({ kind }) => kind))];
  return kinds.flatMap((kind) => {
    const chosen = kind === "all kinds" ? indexes : indexes.filter((index) => index.kind === kind);
    const base = closeShare(chosen, ours);
    return subjects.flatMap((subject): BenchRow[] => {
      const share = closeShare(chosen, subject);
      const ratios = chosen
        .flatMap((index) => ratioOf(index, subject) ?? [])
        .toSorted((one, other) => one - other);
      const middle = ratios[Math.floor(ratios.length / 2)];
      const within = {
        subject,
        metric: `within 10 %, ${kind} (${chosen.length})`,
        unit: "%",
        median: share * 100,
        best: share * 100,
        ratio: base === 0 ? 0 : share / base,
      };
      if (kind !== "all kinds" || middle === undefined) return [within];
      const spread = { subject, metric: "predicted ÷ real, median and 95th percentile", unit: "×" };
      const far = ratios[Math.floor(ratios.length * 0.95)] ?? middle;
      return [within, { ...spread, median: middle, best: far, ratio: middle }];
    });
  });
}

/** The indexes of which a subject is furthest off. */
export function worstOf(indexes: readonly SizedIndex[], subject: string): readonly string[] {
  const farness = (index: SizedIndex): number =>
    Math.abs(Math.log(ratioOf(index, subject) ?? 1e-9));
  return indexes
    .toSorted((one, other) => farness(other) - farness(one))
    .slice(0, WORST_SHOWN)
    .map(
      (index) =>
        `${(ratioOf(index, subject) ?? 0).toFixed(2)} × ${index.bytes / 8192} pages: ${index.label}`,
    );
}
