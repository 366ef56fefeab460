import type { PopularId } from "../analytics/popularity.ts";
import type { Id, MemoryIndex } from "../memory/memory-index.ts";
import type { WarmTarget } from "./warm-options.ts";

/** The popular ids as those who read them give them. */
export function popularTargets(
  popular: readonly PopularId[],
  index: MemoryIndex,
  idOf: ((text: string) => Id) | undefined,
): readonly WarmTarget[] {
  if (idOf !== undefined) return popular.map(({ id }) => ({ id: idOf(id) }));
  const areText = popular.some(({ id }) => isWholeNumber(id) && index.slots.has(id));
  return popular.map(({ id }) => ({ id: !areText && isWholeNumber(id) ? Number(id) : id }));
}

/** Whether a number reads exactly so. */
function isWholeNumber(text: string): boolean {
  const number = Number(text);
  return Number.isSafeInteger(number) && String(number) === text;
}
