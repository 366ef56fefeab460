import type { IndexCase } from "@streamgate/contract";

/** What mending all cases would free, and of how many that is not known. An index that two cases name counts once. */
export function totalFreed(items: readonly IndexCase[]): {
  readonly bytes: number;
  readonly unknown: number;
} {
  const freed = new Map<string, number | null>();
  for (const { index, freed: figure } of items)
    freed.set(index.id, largest(freed.get(index.id), figure.value));
  const values = [...freed.values()];
  return {
    bytes: values.reduce<number>((sum, value) => sum + (value ?? 0), 0),
    unknown: values.filter((value) => value === null).length,
  };
}

function largest(one: number | null | undefined, other: number | null): number | null {
  if (one === undefined || one === null) return other;
  return other === null ? one : Math.max(one, other);
}
