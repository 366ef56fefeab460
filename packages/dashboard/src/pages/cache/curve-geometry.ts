import type { HitRatioCurve } from "@streamgate/contract";

/** The drawing's own units. */
export const CURVE_WIDTH = 400;
export const CURVE_HEIGHT = 200;

export interface CurveDrawing {
  /** Data of an SVG path. */
  readonly path: string;
  /** Where the size that the cache has now stands; undefined where it lies outside. */
  readonly currentX: number | undefined;
  /** The hit ratio at that size, between the points beside it; undefined where it is not known. */
  readonly currentRatio: number | undefined;
  readonly leastBytes: number;
  readonly mostBytes: number;
}

interface Known {
  readonly bytes: number;
  readonly ratio: number;
}

/** The curve on a logarithmic axis of sizes, for what matters is doubling; undefined where fewer than two points are known. */
export function drawCurve({ points, currentBytes }: HitRatioCurve): CurveDrawing | undefined {
  const known = points
    .flatMap(({ bytes, hitRatio }) =>
      hitRatio.value === null || bytes <= 0 ? [] : [{ bytes, ratio: hitRatio.value }],
    )
    .sort((one, other) => one.bytes - other.bytes);
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined || first.bytes === last.bytes) return undefined;
  const [low, high] = [Math.log(first.bytes), Math.log(last.bytes)];
  const x = (bytes: number): number =>
    Math.round(((Math.log(bytes) - low) / (high - low)) * CURVE_WIDTH);
  const y = (ratio: number): number =>
    Math.round((1 - Math.min(1, Math.max(0, ratio))) * CURVE_HEIGHT);
  const isInside = currentBytes >= first.bytes && currentBytes <= last.bytes;
  return {
    path: known
      .map(({ bytes, ratio }, index) => `${index === 0 ? "M" : "L"}${x(bytes)} ${y(ratio)}`)
      .join(""),
    currentX: isInside ? x(currentBytes) : undefined,
    currentRatio: isInside ? ratioAt(known, currentBytes) : undefined,
    leastBytes: first.bytes,
    mostBytes: last.bytes,
  };
}

function ratioAt(known: readonly Known[], bytes: number): number | undefined {
  const right = known.findIndex((point) => point.bytes >= bytes);
  const [before, after] = [known[Math.max(0, right - 1)], known[right]];
  if (before === undefined || after === undefined) return undefined;
  if (after.bytes === before.bytes) return after.ratio;
  const share = Math.log(bytes / before.bytes) / Math.log(after.bytes / before.bytes);
  return before.ratio + share * (after.ratio - before.ratio);
}

/** The smallest size that is worth having: from there on, twice the memory wins less than one in a hundred. */
export function worthwhileBytes({ points }: HitRatioCurve): number | undefined {
  const known = points
    .flatMap(({ bytes, hitRatio }) =>
      hitRatio.value === null || bytes <= 0 ? [] : [{ bytes, ratio: hitRatio.value }],
    )
    .sort((one, other) => one.bytes - other.bytes);
  const last = known.at(-1);
  if (last === undefined || known.length < 2) return undefined;
  return known.find(({ bytes, ratio }) => {
    const doubled = ratioAt(known, Math.min(last.bytes, bytes * 2));
    return doubled !== undefined && doubled - ratio < 0.01;
  })?.bytes;
}
