const MOST_SHAPES = 4096;
/** A longer name is not worth being held on to. */
const LONGEST_NAME = 128;

interface Shape {
  readonly first: string;
  readonly size: number;
}

/**
 * Remembers which sets of property names were met, so that what a set costs is charged to the first object
 * that has it: nothing for the rows of a table, much for objects whose names are ids. Sets are told apart by
 * the last name, the first and their number, which is cheap and errs rarely. When the memory is full it
 * begins anew.
 */
export class ShapeMemory {
  readonly #byLastName: Map<string, Shape> = new Map();

  /** Whether these names, from `from` on, are met for the first time. */
  isNew(keys: readonly string[], from: number): boolean {
    const size = keys.length - from;
    const last = keys[keys.length - 1] ?? "";
    const first = keys[from] ?? "";
    const known = this.#byLastName.get(last);
    if (known !== undefined && known.size === size && known.first === first) return false;
    if (last.length > LONGEST_NAME || first.length > LONGEST_NAME) return true;
    if (this.#byLastName.size >= MOST_SHAPES) this.#byLastName.clear();
    this.#byLastName.set(last, { first, size });
    return true;
  }
}
