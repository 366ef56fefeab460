import type { TimePart } from "@streamgate/contract";

export interface StackedPart {
  readonly part: TimePart["part"];
  /** As shares of the whole, 0 to 1. */
  readonly left: number;
  readonly width: number;
}

/** Parts side by side in one bar. What is not known takes no room; shares that add up to more than 1 are scaled down. */
export function stackParts(parts: readonly TimePart[]): readonly StackedPart[] {
  const shares = parts.map(({ share }) => Math.max(0, share.value ?? 0));
  const whole = Math.max(
    1,
    shares.reduce((sum, share) => sum + share, 0),
  );
  let left = 0;
  return parts.flatMap(({ part }, index) => {
    const width = (shares[index] ?? 0) / whole;
    const stacked = { part, left, width };
    left += width;
    return width > 0 ? [stacked] : [];
  });
}
