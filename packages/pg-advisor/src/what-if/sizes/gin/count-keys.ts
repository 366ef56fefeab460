import type { KeyGroup } from "../../btree/key-groups.ts";
import { type EstimateRare, rareBySingles } from "./rare-keys.ts";

/** A key that a sampled row has. */
export interface SampledKey {
  /** Keys of one kind are alike in how often they occur. */
  readonly path: string;
  readonly key: string;
  readonly widthBytes: number;
  /** Its value, where it is a whole number. */
  readonly integer?: number;
}

/** The keys of one row that statistics know. */
export interface SampledRow {
  readonly share: number;
  readonly isRepresentative: boolean;
  readonly keys: readonly SampledKey[];
}

interface KeyCount {
  readonly key: string;
  readonly path: string;
  readonly widthBytes: number;
  readonly integer: number | null;
  /** Share of all rows, from the most common values. */
  commonShare: number;
  /** Rows of the histogram that have it. */
  sampledRows: number;
}

const WIDTH_SAMPLES = 64;

/**
 * Extends the keys of sampled rows to those of all rows. How many were never seen is told, for each
 * kind by itself, by how many were seen just once (Haas and Stokes, JASA 93, 1998, the estimator
 * Duj1; the share of the unseen: Good, Biometrika 40, 1953).
 */
export function countKeys(
  samples: readonly SampledRow[],
  rows: number,
  estimateRare: EstimateRare = rareBySingles,
): {
  readonly groups: readonly KeyGroup[];
  readonly widths: readonly number[];
  readonly emptyShare: number;
} {
  const counts = new Map<string, KeyCount>();
  let emptyShare = 0;
  let sampledRows = 0;
  let sampledShare = 0;
  for (const { share, isRepresentative, keys } of samples) {
    if (keys.length === 0) emptyShare += share;
    if (isRepresentative) {
      sampledRows += 1;
      sampledShare += share;
    }
    const unique = new Map(keys.map((each) => [`${each.path}\n${each.key}`, each]));
    for (const { path, key, widthBytes, integer } of unique.values()) {
      const name = `${path}\n${key}`;
      const count = counts.get(name) ?? {
        key,
        path,
        widthBytes,
        integer: integer ?? null,
        commonShare: 0,
        sampledRows: 0,
      };
      if (isRepresentative) count.sampledRows += 1;
      else count.commonShare += share;
      counts.set(name, count);
    }
  }
  const kinds = new Map<string, KeyCount[]>();
  for (const count of counts.values()) {
    const kind = kinds.get(count.path);
    if (kind === undefined) kinds.set(count.path, [count]);
    else kind.push(count);
  }
  const groups: KeyGroup[] = [];
  const widths: { width: number; keys: number }[] = [];
  for (const kind of kinds.values()) {
    const scale = sampledRows === 0 ? 0 : (sampledShare * rows) / sampledRows;
    for (const group of groupsOf(kind, scale, rows, estimateRare)) {
      groups.push({ keys: group.keys, rowsPerKey: group.rowsPerKey });
      widths.push({ width: group.widthBytes, keys: group.keys });
    }
  }
  return { groups, widths: spreadWidths(widths), emptyShare };
}

interface WideGroup extends KeyGroup {
  readonly widthBytes: number;
}

function groupsOf(
  kind: readonly KeyCount[],
  scale: number,
  rows: number,
  estimateRare: EstimateRare,
): readonly WideGroup[] {
  const isSure = ({ commonShare, sampledRows }: KeyCount): boolean =>
    commonShare > 0 || sampledRows > 1;
  const sure = kind.filter(isSure).map(({ commonShare, sampledRows, widthBytes }) => ({
    keys: 1,
    rowsPerKey: Math.max(1, Math.min(rows, commonShare * rows + sampledRows * scale)),
    widthBytes,
  }));
  const singles = kind.filter((count) => !isSure(count));
  if (singles.length === 0) return sure;
  const drawn = kind.reduce((sum, { sampledRows }) => sum + sampledRows, 0);
  const widthBytes = singles.reduce((sum, count) => sum + count.widthBytes, 0) / singles.length;
  const rare = estimateRare({
    sure: new Set(kind.filter(isSure).map(({ key }) => key)),
    seen: new Map(kind.map(({ key, sampledRows }) => [key, Math.max(1, sampledRows)])),
    singles: singles.length,
    drawn,
    occurrences: drawn * scale,
    range: rangeOf(kind),
  });
  return [...sure, ...rare.map((group) => ({ ...group, widthBytes }))];
}

/** The ends of a range are missed by a sample of it, by a step each. */
function rangeOf(kind: readonly KeyCount[]): number | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { integer } of kind) {
    if (integer === null) return null;
    low = Math.min(low, integer);
    high = Math.max(high, integer);
  }
  return 1 + (high - low) * (1 + 2 / Math.max(1, kind.length));
}

/** As many widths as represent all keys. */
function spreadWidths(
  widths: readonly { readonly width: number; readonly keys: number }[],
): readonly number[] {
  const total = widths.reduce((sum, { keys }) => sum + keys, 0);
  if (total === 0) return [];
  const sorted = [...widths].sort((one, other) => one.width - other.width);
  let position = 0;
  let passed = sorted[0]?.keys ?? 0;
  return Array.from({ length: WIDTH_SAMPLES }, (_, sample) => {
    const rank = ((sample + 0.5) / WIDTH_SAMPLES) * total;
    while (passed < rank && position < sorted.length - 1) {
      position += 1;
      passed += sorted[position]?.keys ?? 0;
    }
    return sorted[position]?.width ?? 0;
  });
}
