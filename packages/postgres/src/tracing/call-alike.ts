import type { Method } from "@streamgate/core";

/** Calls with as many arguments as the caller gave: another wrapper beneath may count them. */
export function callAlike(
  original: Method,
  holder: unknown,
  count: number,
  first: unknown,
  second: unknown,
  third: unknown,
): unknown {
  if (count === 2) return original.call(holder, first, second);
  if (count < 2) return original.call(holder, first);
  return original.call(holder, first, second, third);
}
