import type { Random } from "@streamgate/core";
import type { ResolvedApplyOptions } from "./apply-options.ts";

/**
 * The wait after the `failures`-th failed try: exponential, capped, and between half and all of
 * that, so that two who collided do not collide again.
 */
export function backOffMs(
  failures: number,
  random: Random,
  options: Pick<ResolvedApplyOptions, "firstBackOffMs" | "longestBackOffMs">,
): number {
  const longest = Math.min(options.firstBackOffMs * 2 ** (failures - 1), options.longestBackOffMs);
  return Math.round(longest * (0.5 + random.next() / 2));
}
