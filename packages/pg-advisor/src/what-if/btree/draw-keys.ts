import type { KeyGroup } from "./key-groups.ts";

/** A key that stands for many. */
export interface DrawnKey {
  readonly rows: number;
  readonly group: KeyGroup;
  /** Picks its width. */
  readonly position: number;
}

/** More are drawn from. */
export const MOST_KEYS_LAID_OUT = 6_000;
const GOLDEN_RATIO = 0.6180339887498949;
const ROOT_OF_THREE = 0.7320508075688772;
/** Beyond that many rows chance no longer matters. */
const MANY_ROWS = 60;

/** Representative keys in an order that mixes common and rare ones evenly; all of them where they are few. */
export function* drawKeys(groups: readonly KeyGroup[]): Generator<DrawnKey> {
  const total = groups.reduce((sum, { keys }) => sum + keys, 0);
  const drawn = Math.max(1, Math.min(Math.round(total), MOST_KEYS_LAID_OUT));
  const bounds = boundsOf(groups);
  const lambdas = new Map(groups.map((group) => [group, lambdaOf(group)]));
  for (let position = 0; position < drawn; position += 1) {
    const rank = ((position + 0.5) * GOLDEN_RATIO) % 1;
    const group =
      drawn < MOST_KEYS_LAID_OUT
        ? groupAt(groups, bounds, shuffled(position, drawn) + 0.5)
        : groupAt(groups, bounds, rank * total);
    if (group === undefined) continue;
    yield {
      rows: rowsOf(group, lambdas.get(group) ?? null, ((position + 0.5) * ROOT_OF_THREE) % 1),
      group,
      position,
    };
  }
}

/** The numbers 0 … count − 1 in another order: a stride without a common divisor. */
function shuffled(position: number, count: number): number {
  let stride = Math.max(1, Math.round(count * GOLDEN_RATIO));
  while (divisor(stride, count) !== 1) stride += 1;
  return (position * stride) % count;
}

function divisor(one: number, other: number): number {
  return other === 0 ? one : divisor(other, one % other);
}

function boundsOf(groups: readonly KeyGroup[]): readonly number[] {
  let sum = 0;
  return groups.map(({ keys }) => {
    sum += keys;
    return sum;
  });
}

function groupAt(
  groups: readonly KeyGroup[],
  bounds: readonly number[],
  rank: number,
): KeyGroup | undefined {
  let low = 0;
  let high = bounds.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bounds[middle] ?? 0) > rank) high = middle;
    else low = middle + 1;
  }
  return groups[low];
}

/** How many rows a key of the group has whose place among its like is `share`. */
function rowsOf({ rowsPerKey }: KeyGroup, lambda: number | null, share: number): number {
  if (lambda !== null) return truncatedPoisson(lambda, share);
  const whole = Math.floor(rowsPerKey);
  return Math.max(1, whole + (share < rowsPerKey - whole ? 1 : 0));
}

/** The parameter of a Poisson distribution that has the group's mean when zero is left out; null where chance does not matter. */
function lambdaOf({ rowsPerKey, isRandom }: KeyGroup): number | null {
  if (isRandom !== true || rowsPerKey >= MANY_ROWS) return null;
  let lambda = rowsPerKey;
  for (let step = 0; step < 20; step += 1) lambda = rowsPerKey * -Math.expm1(-lambda);
  return lambda;
}

function truncatedPoisson(lambda: number, share: number): number {
  if (lambda < 1e-9) return 1;
  let probability = (lambda * Math.exp(-lambda)) / -Math.expm1(-lambda);
  let passed = probability;
  let rows = 1;
  while (passed < share && rows < 4 * MANY_ROWS) {
    rows += 1;
    probability *= lambda / rows;
    passed += probability;
  }
  return rows;
}
