/** A key within its namespace. */
export type Id = string | number;

/**
 * The slots of one id: one without a variant, which most have alone, or one a variant. The one that stands alone is written as
 * `-1 - slot` where the entry has flags: a hit sees by its sign whether it may go the shortest way.
 */
export type Slots = number | Map<string, number>;

/** The variant of an entry that has none. */
export const NO_VARIANT = "";

/** Where the entries of one namespace lie in memory. */
export class MemoryIndex {
  readonly slots: Map<Id, Slots> = new Map();
  readonly name: string;
  readonly number: number;
  /** The number of the invalidation that hit the whole namespace last. */
  bumpedAt = 0;
  entries = 0;
  bytes = 0;

  constructor(name: string, number: number) {
    this.name = name;
    this.number = number;
  }

  find(id: Id, variant: string): number | undefined {
    const found = this.slots.get(id);
    if (typeof found === "number") return variant === NO_VARIANT ? slotOf(found) : undefined;
    return found?.get(variant);
  }

  set(id: Id, variant: string, slot: number, hasFlags: boolean): void {
    const found = this.slots.get(id);
    if (typeof found === "object") {
      found.set(variant, slot);
    } else if (variant === NO_VARIANT) {
      this.slots.set(id, hasFlags ? -1 - slot : slot);
    } else {
      const variants = new Map([[variant, slot]]);
      if (found !== undefined) variants.set(NO_VARIANT, slotOf(found));
      this.slots.set(id, variants);
    }
  }

  delete(id: Id, variant: string): void {
    const found = this.slots.get(id);
    if (typeof found === "number") {
      if (variant === NO_VARIANT) this.slots.delete(id);
      return;
    }
    found?.delete(variant);
    if (found?.size === 0) this.slots.delete(id);
  }

  /** All slots of an id, whatever the variant. */
  slotsOf(id: Id): readonly number[] {
    const found = this.slots.get(id);
    if (found === undefined) return [];
    return typeof found === "number" ? [slotOf(found)] : [...found.values()];
  }
}

function slotOf(found: number): number {
  return found < 0 ? -1 - found : found;
}
