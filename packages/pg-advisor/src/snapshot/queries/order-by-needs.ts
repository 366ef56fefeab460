/**
 * Things in an order in which each follows what it needs. Among the rest the given order stays; a
 * circle is broken where it is met.
 */
export function orderByNeeds<Thing>(
  things: readonly Thing[],
  idOf: (thing: Thing) => string,
  needsOf: (thing: Thing) => readonly string[],
): readonly Thing[] {
  const known = new Map(things.map((thing) => [idOf(thing), thing]));
  const visited = new Set<string>();
  const ordered: Thing[] = [];
  const visit = (thing: Thing): void => {
    const id = idOf(thing);
    if (visited.has(id)) return;
    visited.add(id);
    for (const need of needsOf(thing)) {
      const needed = known.get(need);
      if (needed !== undefined) visit(needed);
    }
    ordered.push(thing);
  };
  for (const thing of things) visit(thing);
  return ordered;
}
