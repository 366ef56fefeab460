/** Up to here looking through a list is quicker than a set. */
const FEW_TAGS = 8;

/**
 * What depends on what, from a node to all that it is made from, at any distance: an entry that depends on a node
 * carries all of these as tags, so that invalidating a table is one tag, however many queries and responses stand on it.
 * Circles do no harm.
 */
export class DependencyGraph {
  private readonly madeFrom: ReadonlyMap<string, readonly string[]>;
  private readonly closures = new Map<string, readonly string[]>();

  constructor(dependencies: Readonly<Record<string, readonly string[]>>) {
    this.madeFrom = new Map(Object.entries(dependencies));
  }

  /** The tags and everything that they are made from, each once. */
  closure(tags: readonly string[]): readonly string[] {
    if (this.madeFrom.size > 0) return [...new Set(tags.flatMap((tag) => this.closureOf(tag)))];
    return tags.length > FEW_TAGS ? [...new Set(tags)] : tags.filter(isFirst);
  }

  private closureOf(node: string): readonly string[] {
    if (!this.madeFrom.has(node)) return [node];
    const known = this.closures.get(node);
    if (known !== undefined) return known;
    const reached = new Set([node]);
    for (const next of reached) {
      for (const below of this.madeFrom.get(next) ?? []) reached.add(below);
    }
    const closure = [...reached];
    this.closures.set(node, closure);
    return closure;
  }
}

function isFirst(tag: string, place: number, tags: readonly string[]): boolean {
  return tags.indexOf(tag) === place;
}
