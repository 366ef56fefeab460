import type { IndexPortrait } from "../../src/indexes/index-portrait.ts";
import type { IndexShape, ShapeKey } from "../../src/indexes/index-shape.ts";
import type { Index } from "../../src/snapshot/snapshot.ts";

/** `a`, `-a` for descending with NULL first, as PostgreSQL does by default. */
export function key(text: string): ShapeKey {
  const isDescending = text.startsWith("-");
  return {
    column: isDescending ? text.slice(1) : text,
    expression: null,
    operatorClass: null,
    collation: null,
    direction: isDescending ? "desc" : "asc",
    nulls: isDescending ? "first" : "last",
  };
}

export function shape(keys: readonly string[], more: Partial<IndexShape> = {}): IndexShape {
  return {
    method: "btree",
    isUnique: false,
    treatsNullsAsEqual: false,
    keys: keys.map(key),
    includes: [],
    predicate: null,
    ...more,
  };
}

export function portrait(
  name: string,
  of: IndexShape,
  more: Partial<Omit<IndexPortrait, "index">> & { readonly index?: Partial<Index> } = {},
): IndexPortrait {
  return {
    shape: of,
    duties: of.isUnique ? [{ kind: "unique" }] : [],
    isClustered: false,
    isDeferrable: false,
    estimatedBloat: null,
    ...more,
    index: {
      schema: "public",
      name,
      oid: 1,
      table: { schema: "public", name: "t" },
      definition: `CREATE INDEX ${name} ON public.t USING btree (…)`,
      method: of.method,
      isUnique: of.isUnique,
      isPrimary: false,
      isValid: true,
      constraint: null,
      keys: of.keys,
      includes: of.includes,
      predicate: of.predicate,
      pages: 10,
      rows: 100,
      sizeBytes: 81_920,
      scans: 0,
      parent: null,
      ...more.index,
    },
  };
}
