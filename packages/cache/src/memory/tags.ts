/** A tag that entries in memory or loads under way depend on. */
export interface Tag {
  readonly name: string;
  /** The number of the invalidation that hit it last; 0 before any. */
  bumpedAt: number;
  /** How many entries and loads hold it; without any it is forgotten. */
  references: number;
  /** One of 32 bits; tags far apart share one. */
  readonly bit: number;
}

/** Several tags, with all their bits. */
interface ManyTags {
  readonly bits: number;
  readonly tags: readonly Tag[];
}

/** The tags of one entry. Most have none or one: those take nothing more. */
export type TagSet = undefined | Tag | ManyTags;

/** The bits of an invalidation that concerns every entry. */
export const ALL_BITS = -1;

/**
 * The tags that something here depends on. Invalidating one is a look-up and a store, however many entries carry it;
 * the entries notice at their next hit.
 */
export class TagTable {
  private readonly tags = new Map<string, Tag>();
  private made = 0;

  get size(): number {
    return this.tags.size;
  }

  hold(names: readonly string[]): TagSet {
    const [first] = names;
    if (first === undefined) return undefined;
    if (names.length === 1) return this.holdOne(first);
    const tags = names.map((name) => this.holdOne(name));
    return { tags, bits: tags.reduce((bits, { bit }) => bits | bit, 0) };
  }

  release(held: TagSet): void {
    if (held === undefined) return;
    if (isMany(held)) {
      for (const tag of held.tags) this.releaseOne(tag);
      return;
    }
    this.releaseOne(held);
  }

  /** The tag, where something depends on it. */
  find(name: string): Tag | undefined {
    return this.tags.get(name);
  }

  private holdOne(name: string): Tag {
    let tag = this.tags.get(name);
    if (tag === undefined) {
      tag = { name, bumpedAt: 0, references: 0, bit: 1 << (this.made & 31) };
      this.made += 1;
      this.tags.set(name, tag);
    }
    tag.references += 1;
    return tag;
  }

  private releaseOne(tag: Tag): void {
    tag.references -= 1;
    if (tag.references === 0) this.tags.delete(tag.name);
  }
}

/** Whether none of the tags was invalidated after `asOf`. */
export function areUntouchedSince(held: TagSet, asOf: number): boolean {
  if (held === undefined) return true;
  if (!isMany(held)) return held.bumpedAt <= asOf;
  for (const tag of held.tags) if (tag.bumpedAt > asOf) return false;
  return true;
}

/** Whether an invalidation with these bits may concern one of the tags. */
export function mayConcern(bits: number, held: TagSet): boolean {
  if (bits === ALL_BITS) return true;
  if (held === undefined) return false;
  return (bits & (isMany(held) ? held.bits : held.bit)) !== 0;
}

export function namesOf(held: TagSet): readonly string[] {
  if (held === undefined) return [];
  return isMany(held) ? held.tags.map(({ name }) => name) : [held.name];
}

function isMany(held: Tag | ManyTags): held is ManyTags {
  return "tags" in held;
}
