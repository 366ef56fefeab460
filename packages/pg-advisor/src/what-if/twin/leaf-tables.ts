import { keyOf } from "../../schema/identifiers.ts";
import type { RelationName, Snapshot } from "../../snapshot/snapshot.ts";

/** Finds the tables that hold the rows of a table: itself, or the partitions at the end of its tree. */
export class LeafTables {
  readonly #partitionsByParent = new Map<string, RelationName[]>();
  readonly #partitioned = new Set<string>();

  constructor(snapshot: Snapshot) {
    for (const { schema, name, kind, partitionOf } of snapshot.relations) {
      if (kind === "partitioned table") this.#partitioned.add(keyOf({ schema, name }));
      if (partitionOf === null) continue;
      const parent = keyOf(partitionOf.parent);
      const siblings = this.#partitionsByParent.get(parent);
      if (siblings === undefined) this.#partitionsByParent.set(parent, [{ schema, name }]);
      else siblings.push({ schema, name });
    }
  }

  of(table: RelationName): readonly RelationName[] {
    const key = keyOf(table);
    if (!this.#partitioned.has(key)) return [table];
    return (this.#partitionsByParent.get(key) ?? []).flatMap((partition) => this.of(partition));
  }
}
